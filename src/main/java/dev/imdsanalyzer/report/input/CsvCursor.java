package dev.imdsanalyzer.report.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Events in the message column of a CSV export (RFC 4180): any field that begins with a brace may be one. */
final class CsvCursor implements LogCursor {
    private final InputStream in;
    private final InputCounts counts;
    private final EventScanner scanner = new EventScanner();
    private final EventLine line = new EventLine();
    private final ByteArrayOutputStream field = new ByteArrayOutputStream(4096);
    private final byte[] buffer = new byte[64 * 1024];
    private int position;
    private int filled;

    CsvCursor(InputStream in, InputCounts counts) {
        this.in = in;
        this.counts = counts;
    }

    @Override
    public EventLine line() {
        return line;
    }

    @Override
    public boolean next() throws IOException {
        while (readField()) {
            byte[] bytes = field.toByteArray();
            if (bytes.length == 0 || bytes[0] != '{') {
                continue;
            }
            if (!scanner.scan(bytes, 0, bytes.length, line)) {
                counts.addBroken();
            } else if (LineCursor.isEvent(line)) {
                return true;
            } else {
                counts.addForeign();
            }
        }
        return false;
    }

    private boolean readField() throws IOException {
        field.reset();
        int character = read();
        if (character < 0) {
            return false;
        }
        boolean quoted = character == '"';
        if (quoted) {
            character = read();
        }
        while (character >= 0) {
            if (quoted && character == '"') {
                character = read();
                if (character != '"') {
                    quoted = false;
                    continue;
                }
            } else if (!quoted && (character == ',' || character == '\n')) {
                return true;
            }
            if (field.size() < LineCursor.MAXIMUM_LINE) {
                field.write(character);
            }
            character = read();
        }
        return true;
    }

    private int read() throws IOException {
        if (position == filled) {
            filled = in.read(buffer, 0, buffer.length);
            position = 0;
            if (filled <= 0) {
                filled = 0;
                return -1;
            }
        }
        return buffer[position++] & 0xff;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
