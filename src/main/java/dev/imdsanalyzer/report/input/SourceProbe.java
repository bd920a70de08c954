package dev.imdsanalyzer.report.input;

import dev.imdsanalyzer.unpack.ForeignForm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * What an input looks like from its first bytes.
 *
 * @param shape how the events lie in it
 * @param delimiter what stands between the fields of {@link Shape#CSV}
 * @param host the host that all the lines seen are of; {@link #SEVERAL_HOSTS} or {@link #NO_HOST}
 * @param firstMicros time of the first event seen; {@link EventLine#NO_TIME} if there is none
 */
record SourceProbe(LogSource source, Shape shape, char delimiter, long host, long firstMicros) {
    /** No line of ours was seen. */
    static final long NO_HOST = 0;
    /** The lines seen are of more than one host. */
    static final long SEVERAL_HOSTS = -1;

    private static final int HEAD_BYTES = 64 * 1024;

    /** The first bytes of pcap files (in microseconds and nanoseconds, in both byte orders) and of pcapng's section header. */
    private static final Set<Integer> CAPTURES = Set.of(0xA1B2C3D4, 0xD4C3B2A1, 0xA1B23C4D, 0x4D3CB2A1, 0x0A0D0D0A);

    /** How events lie in an input. */
    enum Shape {
        LINES,
        DOCUMENT,
        CSV
    }

    /**
     * @throws NotALogException if it is a capture
     * @throws ForeignFormException if it is something else than a log
     */
    static SourceProbe of(LogSource source) throws IOException {
        byte[] head = source.head(HEAD_BYTES);
        if (isCapture(head)) {
            throw NotALogException.capture(source.name());
        }
        refuseForeign(head);
        char delimiter = CsvHeader.delimiter(head);
        Shape shape = delimiter == CsvHeader.NONE ? shape(head) : Shape.CSV;
        long host = NO_HOST;
        long first = EventLine.NO_TIME;
        try (LogCursor cursor =
                cursor(shape, delimiter, new ByteArrayInputStream(head), new InputCounts(), head.length)) {
            while (host != SEVERAL_HOSTS && cursor.next()) {
                long lineHost = cursor.line().hostIdentity();
                host = host == NO_HOST || lineHost == host ? lineHost : SEVERAL_HOSTS;
                if (first == EventLine.NO_TIME) {
                    first = cursor.line().time();
                }
            }
        } catch (IOException e) {
            // The head of a document ends in its middle.
        }
        return new SourceProbe(source, shape, delimiter, host, first);
    }

    private static boolean isCapture(byte[] head) {
        return head.length >= Integer.BYTES
                && CAPTURES.contains(ByteBuffer.wrap(head).getInt());
    }

    /** Whether it is the log of one host, as the analyzer writes it. */
    boolean isOfOneHost() {
        return shape == Shape.LINES && host != NO_HOST && host != SEVERAL_HOSTS;
    }

    LogCursor open(InputCounts counts, LongConsumer progress, int bufferSize) throws IOException {
        return cursor(shape, delimiter, source.open(progress), counts, bufferSize);
    }

    private static LogCursor cursor(Shape shape, char delimiter, InputStream in, InputCounts counts, int bufferSize) {
        return switch (shape) {
            case LINES -> new LineCursor(in, counts, Math.max(1, bufferSize));
            case DOCUMENT -> new DocumentCursor(in, counts);
            case CSV -> new CsvCursor(in, counts, delimiter);
        };
    }

    /** @throws ForeignFormException if what begins so is neither text nor anything that holds text */
    static void refuseForeign(byte[] head) throws IOException {
        if (ForeignForm.isCapture(head, head.length)) {
            throw new ForeignFormException("a packet capture: imds-packet-analyzer read makes a log of it");
        }
        ForeignForm form = ForeignForm.of(head, 0, head.length);
        if (form != null) {
            throw new ForeignFormException(form.sentence());
        }
    }

    private static Shape shape(byte[] head) {
        int start = 0;
        while (start < head.length && head[start] >= 0 && head[start] <= ' ') {
            start++;
        }
        if (start == head.length) {
            return Shape.LINES;
        }
        int end = Bytes.newline(head, start, head.length);
        if (head[start] == '[') {
            return Shape.DOCUMENT;
        }
        if (head[start] == '{') {
            return holdsLines(head, start, end) ? Shape.LINES : Shape.DOCUMENT;
        }
        return Shape.LINES;
    }

    // A document's first line is not whole; neither is that of an event spread over lines, which says "timestamp"
    // first.
    private static boolean holdsLines(byte[] head, int start, int end) {
        EventLine line = new EventLine();
        if (new EventScanner().scan(head, start, end, line)) {
            return true;
        }
        String begin = new String(head, start, Math.min(head.length - start, 200), StandardCharsets.UTF_8);
        return begin.replaceAll("\\s", "").startsWith("{\"timestamp\":\"");
    }
}
