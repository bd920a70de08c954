package dev.imdsanalyzer.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Test input: text as bytes, each char one byte. */
final class Bytes {
    private Bytes() {}

    static byte[] of(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] buffer, int offset, int length) {
        return new String(buffer, offset, length, StandardCharsets.ISO_8859_1);
    }

    /** The first {@code length} bytes at {@code offset} of a new array, and poison in front of and behind them. */
    static byte[] poisoned(byte[] bytes, int length, int offset, int poison) {
        byte[] buffer = new byte[offset + length + 16];
        Arrays.fill(buffer, (byte) poison);
        System.arraycopy(bytes, 0, buffer, offset, length);
        return buffer;
    }
}
