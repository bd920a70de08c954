package dev.imdsanalyzer.imds.exchange;

import dev.imdsanalyzer.http.Anomaly;
import dev.imdsanalyzer.http.RequestHead;
import dev.imdsanalyzer.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A message head written as text, with LF line ends, read the plain way; stands in for the parser. */
final class HeadText implements RequestHead, ResponseHead {
    private final String[] lines;
    private final String[] start;
    private final byte[] buffer;

    HeadText(String text) {
        buffer = text.getBytes(StandardCharsets.ISO_8859_1);
        lines = text.split("\n", -1);
        start = lines[0].split(" ", 3);
    }

    @Override
    public byte[] buffer() {
        return buffer;
    }

    @Override
    public int fieldCount() {
        return lines.length - 1;
    }

    private int lineOffset(int field) {
        int offset = 0;
        for (int i = 0; i <= field; i++) {
            offset += lines[i].length() + 1;
        }
        return offset;
    }

    @Override
    public int fieldNameOffset(int field) {
        return lineOffset(field);
    }

    @Override
    public int fieldNameLength(int field) {
        return lines[field + 1].indexOf(':');
    }

    @Override
    public int fieldValueOffset(int field) {
        String value = lines[field + 1].substring(fieldNameLength(field) + 1);
        return lineOffset(field)
                + fieldNameLength(field)
                + 1
                + value.length()
                - value.stripLeading().length();
    }

    @Override
    public int fieldValueLength(int field) {
        return lines[field + 1].substring(fieldNameLength(field) + 1).strip().length();
    }

    @Override
    public int find(byte[] lowerCaseName, int from) {
        String name = new String(lowerCaseName, StandardCharsets.ISO_8859_1);
        for (int i = from; i < fieldCount(); i++) {
            if (lines[i + 1]
                    .substring(0, fieldNameLength(i))
                    .toLowerCase(Locale.ROOT)
                    .equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public int methodOffset() {
        return 0;
    }

    @Override
    public int methodLength() {
        return start[0].length();
    }

    @Override
    public int targetOffset() {
        return start[0].length() + 1;
    }

    @Override
    public int targetLength() {
        return start[1].length();
    }

    @Override
    public int minorVersion() {
        String version = start[0].startsWith("HTTP/") ? start[0] : start.length < 3 ? "HTTP/0.9" : start[2];
        return version.charAt(version.length() - 1) - '0';
    }

    @Override
    public boolean isWhole() {
        return true;
    }

    @Override
    public int statusCode() {
        return Integer.parseInt(start[1]);
    }

    @Override
    public Anomaly oddity() {
        return null;
    }

    @Override
    public int headOffset() {
        return 0;
    }

    @Override
    public int headLength() {
        return buffer.length;
    }
}
