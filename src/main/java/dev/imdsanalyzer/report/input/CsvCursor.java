package dev.imdsanalyzer.report.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Events in the message column of a CSV export (RFC 4180), with whatever stands between the fields: any field that begins with
 * a brace may be one.
 */
final class CsvCursor implements LogCursor {
    private final InputStream in;
    private final InputCounts counts;
    private final char delimiter;
    private final EventScanner scanner = new EventScanner();
    private final EventLine line = new EventLine();
    private final ByteArrayOutputStream field = new ByteArrayOutputStream(4096);
    private final byte[] buffer = new byte[64 * 1024];
    private int position;
    private int filled;
    private boolean header = true;
    private boolean declaration;
    private boolean endOfRow;
    private int streamColumn = -1;
    private String stream;
    private byte[] message;

    CsvCursor(InputStream in, InputCounts counts, char delimiter) {
        this.in = in;
        this.counts = counts;
        this.delimiter = delimiter;
    }

    @Override
    public EventLine line() {
        return line;
    }

    @Override
    public String stream() {
        return stream;
    }

    @Override
    public boolean next() throws IOException {
        while (readRow()) {
            if (message == null) {
                continue;
            }
            if (!scanner.scan(message, 0, message.length, line)) {
                counts.addBroken();
            } else if (line.isEvent()) {
                return true;
            } else {
                counts.addForeign();
            }
        }
        return false;
    }

    /** Reads a row: its stream and its first field that begins with a brace. */
    private boolean readRow() throws IOException {
        message = null;
        stream = null;
        declaration = false;
        int column = 0;
        boolean any = false;
        endOfRow = false;
        while (!endOfRow && readField()) {
            any = true;
            if (field.size() > 0) {
                takeField(column);
            }
            column++;
        }
        // A line of its own before the names says what stands between fields.
        header = header && declaration;
        return any;
    }

    private void takeField(int column) {
        if (header && column == 0 && field.toString(StandardCharsets.UTF_8).startsWith("sep=")) {
            declaration = true;
        } else if (header && field.toString(StandardCharsets.UTF_8).strip().equals("@logStream")) {
            streamColumn = column;
        } else if (column == streamColumn) {
            stream = field.toString(StandardCharsets.UTF_8).strip();
        } else if (message == null) {
            byte[] bytes = field.toByteArray();
            message = bytes[0] == '{' ? bytes : null;
        }
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
            } else if (!quoted && (character == delimiter || character == '\n')) {
                endOfRow = character == '\n';
                return true;
            }
            if (field.size() < LogJson.MAXIMUM_LINE) {
                field.write(character);
            }
            character = read();
        }
        endOfRow = true;
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
