package dev.imdsanalyzer.secrets;

import org.jspecify.annotations.Nullable;

/**
 * A text as its reader decodes it, and from where each of its characters came: what is found here can be taken out of the
 * text as it was written.
 */
final class DecodedText {
    private final StringBuilder text;
    /** Where each character began; one more entry for the end. */
    private final int[] starts;

    /** Where each character's writing ended. */
    private final int[] ends;

    /** @param capacity most characters that will be added */
    DecodedText(int capacity) {
        text = new StringBuilder(capacity);
        starts = new int[capacity];
        ends = new int[capacity];
    }

    void append(char c, int start, int end) {
        starts[text.length()] = start;
        ends[text.length()] = end;
        text.append(c);
    }

    String text() {
        return text.toString();
    }

    int length() {
        return text.length();
    }

    /** Where the character at the offset began. */
    int start(int offset) {
        return starts[offset];
    }

    /** Where the character before the offset, which is above 0, ended. */
    int end(int offset) {
        return ends[offset - 1];
    }

    /**
     * One round of percent-encoding (RFC 3986 section 2.1) and of JSON's {@code \}{@code u} escapes (RFC 8259 section 7)
     * undone, for ASCII characters alone: no name and no separator has others.
     *
     * @param plus whether a plus sign is a blank, as in forms
     * @return null where there is nothing to decode
     */
    static @Nullable DecodedText unescaped(String text, boolean plus) {
        if (text.indexOf('%') < 0 && text.indexOf("\\u00") < 0 && !(plus && text.indexOf('+') >= 0)) {
            return null;
        }
        DecodedText decoded = new DecodedText(text.length());
        int i = 0;
        while (i < text.length()) {
            int digits = text.charAt(i) == '%' ? i + 1 : text.startsWith("\\u00", i) ? i + 4 : -1;
            int value = digits < 0 || digits + 2 > text.length() ? -1 : hexByte(text, digits);
            boolean escape = value >= 0 && value < 0x80;
            int end = escape ? digits + 2 : i + 1;
            char c = escape ? (char) value : text.charAt(i);
            decoded.append(plus && !escape && c == '+' ? ' ' : c, i, end);
            i = end;
        }
        return decoded;
    }

    private static int hexByte(String text, int at) {
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
