package dev.imdsanalyzer.report.input;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Events from text, one a line: our own files; an S3 export of CloudWatch Logs and {@code aws logs tail}, which put a time
 * (and a stream's name) before the line; {@code aws logs tail --format json}, which spreads each event over many lines; and
 * subscription records, which hold several events in a line; and the files that container runtimes keep.
 */
final class LineCursor implements LogCursor {
    private static final int PREFIX_LIMIT = 1024;
    private static final Pattern HEADING =
            Pattern.compile("\\s*\\d{4}-\\d\\d-\\d\\dT\\S+\\s+(\\S.*?)\\s*", Pattern.DOTALL);

    private final InputStream in;
    private final InputCounts counts;
    private final EventScanner scanner = new EventScanner();
    private final EventLine line = new EventLine();
    private final ContainerPieces pieces = new ContainerPieces();
    private byte[] buffer;
    private int position;
    private int filled;
    private boolean ended;
    private boolean skipping;
    private boolean headerPending;
    private String header;
    private String stream;
    private DocumentCursor record;

    LineCursor(InputStream in, InputCounts counts, int bufferSize) {
        this.in = in;
        this.counts = counts;
        this.buffer = new byte[bufferSize];
    }

    @Override
    public EventLine line() {
        return record != null ? record.line() : line;
    }

    @Override
    public String stream() {
        return record != null ? record.stream() : stream;
    }

    @Override
    public boolean next() throws IOException {
        stream = null;
        if (record != null) {
            if (nextOfRecord()) {
                return true;
            }
            record = null;
        }
        while (true) {
            int end = lineEnd();
            if (end < 0) {
                settleHeader(true);
                abandonPieces();
                return false;
            }
            int start = position;
            position = Math.min(end + 1, filled);
            if (skipping) {
                skipping = false;
                counts.addBroken();
            } else if (take(start, end)) {
                return true;
            }
        }
    }

    private boolean nextOfRecord() {
        try {
            return record.next();
        } catch (IOException e) {
            // The scanner checks less than the parser does.
            counts.addBroken();
            return false;
        }
    }

    /** Where the line at {@code position} ends, reading on as needed; -1 at the end of the input. */
    private int lineEnd() throws IOException {
        int searched = position;
        while (true) {
            int end = Bytes.newline(buffer, searched, filled);
            if (end < filled) {
                return end;
            }
            if (ended) {
                return position < filled ? filled : -1;
            }
            searched = filled - position;
            fill();
            searched = skipping ? 0 : searched;
        }
    }

    private void fill() throws IOException {
        if (position > 0) {
            System.arraycopy(buffer, position, buffer, 0, filled - position);
            filled -= position;
            position = 0;
        }
        if (filled == buffer.length) {
            if (buffer.length >= LogJson.MAXIMUM_LINE) {
                skipping = true;
                filled = 0;
            } else {
                buffer = Arrays.copyOf(buffer, Math.min(LogJson.MAXIMUM_LINE, buffer.length * 4));
            }
        }
        int count = in.read(buffer, filled, buffer.length - filled);
        if (count < 0) {
            ended = true;
        } else {
            filled += count;
        }
    }

    private boolean take(int start, int lineEnd) throws IOException {
        int end = lineEnd;
        while (end > start && buffer[end - 1] <= ' ' && buffer[end - 1] >= 0) {
            end--;
        }
        if (end == start) {
            return false;
        }
        ContainerPieces.Taken taken = pieces.takeDocker(buffer, start, end);
        if (taken == ContainerPieces.Taken.NOT) {
            taken = pieces.takeCri(buffer, start, lineEnd);
        }
        return switch (taken) {
            case HELD -> false;
            case WHOLE -> takeWhole(pieces.whole());
            case NOT -> takeLine(start, end);
        };
    }

    /** A line out of a container's log. */
    private boolean takeWhole(byte[] text) {
        settleHeader(true);
        stream = null;
        if (text.length == 0 || text[0] != '{') {
            counts.addForeign();
            return false;
        }
        if (!scanner.scan(text, 0, text.length, line)) {
            counts.addBroken();
            return false;
        }
        return line.isEvent() || takeRecord(text, 0, text.length);
    }

    private boolean takeLine(int start, int end) throws IOException {
        int brace = brace(start, Math.min(end, start + PREFIX_LIMIT));
        if (brace < 0) {
            settleHeader(true);
            headerPending = true;
            header = heading(start, end);
            return false;
        }
        if (brace == start && end == start + 1) {
            stream = headerPending ? header : null;
            settleHeader(false);
            return takeSpread();
        }
        settleHeader(true);
        if (!scanner.scan(buffer, brace, end, line)) {
            // Zeros: UTF-16 that was added to a file of UTF-8.
            if (brace == start || buffer[brace - 1] == 0) {
                counts.addBroken();
            } else {
                counts.addForeign();
            }
            return false;
        }
        stream = brace == start ? null : heading(start, brace);
        return line.isEvent() || takeRecord(buffer, brace, end);
    }

    /** The stream that stands after a time before an event, as {@code aws logs tail} prints it; null if there is none. */
    private String heading(int from, int to) {
        String text = new String(buffer, from, Math.min(to - from, PREFIX_LIMIT), StandardCharsets.UTF_8);
        Matcher heading = HEADING.matcher(text);
        return heading.matches() ? heading.group(1) : null;
    }

    private void abandonPieces() {
        for (int left = pieces.abandon(); left > 0; left--) {
            counts.addBroken();
        }
    }

    private int brace(int from, int to) {
        for (int i = from; i < to; i++) {
            if (buffer[i] == '{') {
                return i;
            }
        }
        return -1;
    }

    // A line without a brace is somebody else's, unless the spread event below it makes it that event's heading.
    private void settleHeader(boolean foreign) {
        if (headerPending && foreign) {
            counts.addForeign();
        }
        headerPending = false;
    }

    /** An event spread over lines, between a line "{" and a line "}". */
    private boolean takeSpread() throws IOException {
        ByteArrayOutputStream object = new ByteArrayOutputStream(4096);
        object.write('{');
        while (true) {
            int end = lineEnd();
            if (end < 0 || object.size() > LogJson.MAXIMUM_LINE) {
                counts.addBroken();
                return false;
            }
            int start = position;
            position = Math.min(end + 1, filled);
            object.write(buffer, start, end - start);
            object.write('\n');
            if (end > start && buffer[start] == '}') {
                break;
            }
        }
        byte[] bytes = object.toByteArray();
        if (!scanner.scan(bytes, 0, bytes.length, line)) {
            counts.addBroken();
            return false;
        }
        if (!line.isEvent()) {
            counts.addForeign();
            return false;
        }
        return true;
    }

    /** A JSON line that is no event of ours may hold some, as the messages of a subscription's record. */
    private boolean takeRecord(byte[] text, int from, int to) {
        record = new DocumentCursor(new ByteArrayInputStream(text, from, to - from), counts);
        long broken = counts.broken();
        if (nextOfRecord()) {
            return true;
        }
        if (!record.sawMessages() && counts.broken() == broken) {
            counts.addForeign();
        }
        record = null;
        return false;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
