package dev.imdsanalyzer.report.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Events inside other JSON: a Logs Insights export (an array of rows, or {@code get-query-results}), the events of
 * {@code filter-log-events} and {@code get-log-events}, subscription records, or simply an array of our lines. An event is
 * either an object of its own or a string that holds one. Rows are read one at a time.
 */
final class DocumentCursor implements LogCursor {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LineCursor.MAXIMUM_LINE)
                    .maxNestingDepth(64)
                    .build())
            .build();
    private static final int MAXIMUM_DEPTH = 8;

    private final JsonParser parser;
    private final InputCounts counts;
    private final EventScanner scanner = new EventScanner();
    private final EventLine line = new EventLine();
    private final Deque<byte[]> found = new ArrayDeque<>();
    private boolean sawMessages;

    DocumentCursor(InputStream in, InputCounts counts) {
        this.parser = JSON.createParser(ObjectReadContext.empty(), in);
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
    public boolean next() throws IOException {
        while (true) {
            byte[] event = found.poll();
            if (event != null) {
                scanner.scan(event, 0, event.length, line);
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
                counts.addBroken();
                return false;
            }
        }
    }

    private void take(JsonToken token) {
        if (token == JsonToken.VALUE_STRING) {
            takeText(parser.getString());
        } else if ((token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY)
                && parser.streamReadContext().getParent().inArray()) {
            takeElement(copy(parser), 0);
        }
    }

    private void takeText(String text) {
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
        } else if (LineCursor.isEvent(line)) {
            found.add(bytes);
        } else {
            counts.addForeign();
        }
    }

    /** One element of an array: an event, or something that holds events. */
    private void takeElement(byte[] element, int depth) {
        if (scanner.scan(element, 0, element.length, line) && LineCursor.isEvent(line)) {
            sawMessages = true;
            found.add(element);
            return;
        }
        if (depth == MAXIMUM_DEPTH) {
            return;
        }
        try (JsonParser inner = JSON.createParser(ObjectReadContext.empty(), element)) {
            inner.nextToken();
            for (JsonToken token = inner.nextToken(); token != null; token = inner.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    takeText(inner.getString());
                } else if (token == JsonToken.START_OBJECT) {
                    takeElement(copy(inner), depth + 1);
                }
            }
        }
    }

    private static byte[] copy(JsonParser from) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            generator.copyCurrentStructure(from);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        parser.close();
    }
}
