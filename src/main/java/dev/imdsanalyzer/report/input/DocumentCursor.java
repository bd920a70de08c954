package dev.imdsanalyzer.report.input;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;

/**
 * Events inside other JSON: a Logs Insights export (an array of rows, or {@code get-query-results}), the events of
 * {@code filter-log-events} and {@code get-log-events}, subscription records, or simply an array of our lines. An event is
 * either an object of its own or a string that holds one. Rows are read one at a time.
 */
final class DocumentCursor implements LogCursor {
    private static final int MAXIMUM_DEPTH = 8;
    private static final Set<String> STREAM_MEMBERS = Set.of("logStreamName", "logStream", "@logStream");

    private final JsonParser parser;
    private final InputCounts counts;
    private final EventScanner scanner = new EventScanner();
    private final EventLine line = new EventLine();
    private final Deque<Found> found = new ArrayDeque<>();
    private boolean sawMessages;
    private String recordStream;
    private String stream;

    DocumentCursor(InputStream in, InputCounts counts) {
        this.parser = LogJson.FACTORY.createParser(ObjectReadContext.empty(), in);
        this.counts = counts;
    }

    @Override
    public EventLine line() {
        return line;
    }

    /** Whether there was any text in it that could have been a log line. */
    boolean sawMessages() {
        return sawMessages;
    }

    @Override
    public String stream() {
        return stream;
    }

    @Override
    public boolean next() throws IOException {
        while (true) {
            Found next = found.poll();
            if (next != null) {
                scanner.scan(next.event, 0, next.event.length, line);
                stream = next.stream;
                return true;
            }
            try {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    return false;
                }
                take(token);
            } catch (JacksonException e) {
                if (e.getCause() instanceof IOException cause) {
                    throw cause;
                }
                // Nobody knows what stood behind it.
                throw new IOException("no JSON from some point on, or too deep, or too long", e);
            }
        }
    }

    private void take(JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_STRING) {
            if (isStream(parser.currentName())) {
                recordStream = parser.getString();
            } else {
                takeText(parser.getString(), recordStream);
            }
        } else if ((token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY)
                && parser.streamReadContext().getParent().inArray()) {
            byte[] element = copy(parser);
            if (element == null) {
                counts.addBroken();
            } else {
                takeElement(element, recordStream, 0);
            }
        }
    }

    private static boolean isStream(String member) {
        return member != null && STREAM_MEMBERS.contains(member);
    }

    private void takeText(String text, String textStream) {
        int start = 0;
        while (start < text.length() && text.charAt(start) <= ' ') {
            start++;
        }
        if (start == text.length() || text.charAt(start) != '{') {
            return;
        }
        sawMessages = true;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!scanner.scan(bytes, 0, bytes.length, line)) {
            counts.addBroken();
        } else if (line.isEvent()) {
            found.add(new Found(bytes, textStream));
        } else {
            counts.addForeign();
        }
    }

    /** One element of an array: an event, or something that holds events. */
    private void takeElement(byte[] element, String outerStream, int depth) throws IOException {
        if (scanner.scan(element, 0, element.length, line) && line.isEvent()) {
            sawMessages = true;
            found.add(new Found(element, outerStream));
            return;
        }
        if (depth == MAXIMUM_DEPTH) {
            return;
        }
        String ownStream = streamIn(element);
        String elementStream = ownStream == null ? outerStream : ownStream;
        try (JsonParser inner = LogJson.FACTORY.createParser(ObjectReadContext.empty(), element)) {
            inner.nextToken();
            for (JsonToken token = inner.nextToken(); token != null; token = inner.nextToken()) {
                if (token == JsonToken.VALUE_STRING && !isStream(inner.currentName())) {
                    takeText(inner.getString(), elementStream);
                } else if (token == JsonToken.START_OBJECT) {
                    takeElement(copy(inner), elementStream, depth + 1);
                }
            }
        }
    }

    /**
     * The stream that a row names, wherever it stands in it: as a member, or as the value beside a field of that name (as Logs
     * Insights gives it); null if it names none. Objects in it are another's matter.
     */
    private static String streamIn(byte[] element) {
        try (JsonParser inner = LogJson.FACTORY.createParser(ObjectReadContext.empty(), element)) {
            boolean row = inner.nextToken() == JsonToken.START_ARRAY;
            boolean named = false;
            int depth = 0;
            for (JsonToken token = inner.nextToken(); token != null; token = inner.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (token != JsonToken.VALUE_STRING || depth != (row ? 1 : 0)) {
                    continue;
                }
                String member = inner.currentName();
                if (row && "field".equals(member)) {
                    named = isStream(inner.getString());
                } else if (row ? named && "value".equals(member) : isStream(member)) {
                    return inner.getString();
                }
            }
        }
        return null;
    }

    /** The structure at which the parser stands, gone over to its end; null where it is longer than any of ours may be. */
    private static byte[] copy(JsonParser from) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
        try (JsonGenerator generator = LogJson.FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            int depth = 0;
            for (JsonToken token = from.currentToken(); ; token = from.nextToken()) {
                if (token == null) {
                    throw new EOFException();
                }
                if (bytes.size() <= LogJson.MAXIMUM_LINE) {
                    generator.copyCurrentEvent(from);
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth == 0) {
                    break;
                }
            }
            if (bytes.size() > LogJson.MAXIMUM_LINE) {
                return null;
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        parser.close();
    }

    /** An event, with the stream that stands beside it. */
    private static final class Found {
        private final byte[] event;
        private final String stream;

        Found(byte[] event, String stream) {
            this.event = event;
            this.stream = stream;
        }
    }
}
