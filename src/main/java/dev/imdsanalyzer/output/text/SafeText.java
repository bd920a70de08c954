package dev.imdsanalyzer.output.text;

/**
 * Makes a stranger's text harmless to whoever reads the log: bounded in size, and nothing in it that moves a terminal's
 * cursor or turns its writing around.
 *
 * <p>Control characters (C0, DEL, C1), direction controls, invisible ones and line separators become visible escapes
 * ({@code \n}, {@code \x1b}, {@code \u202e}); halves of surrogate pairs become U+FFFD. Everything else is kept.
 */
public final class SafeText {
    /** Stands where the rest was left out. */
    public static final String CUT_MARK = "…";

    private static final int CUT_MARK_BYTES = 3;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private SafeText() {}

    /**
     * @param maxBytes bound on the result's size as UTF-8 in JSON; a longer text is cut and marked
     * @return the same text if there is nothing to change; null for null
     */
    public static String of(String text, int maxBytes) {
        if (text == null || isPlain(text, maxBytes)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(Math.min(text.length() + 16, maxBytes));
        int bytes = 0;
        int cut = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int added = append(safe, c);
            if (bytes + added > maxBytes) {
                safe.setLength(cut);
                return safe.append(CUT_MARK).toString();
            }
            if (bytes + added <= maxBytes - CUT_MARK_BYTES) {
                cut = safe.length();
            }
            bytes += added;
            i += Character.charCount(c);
        }
        return safe.toString();
    }

    /** Size as UTF-8 in JSON of a text that {@link #of} made. */
    public static int jsonBytes(String safe) {
        int bytes = 0;
        for (int i = 0; i < safe.length(); i++) {
            char c = safe.charAt(i);
            // Each half of a surrogate pair counts for two of its four bytes.
            bytes += c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    private static boolean isPlain(String text, int maxBytes) {
        if (text.length() > maxBytes) {
            return false;
        }
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
            if (c == '"' || c == '\\') {
                bytes++;
            }
        }
        return bytes <= maxBytes;
    }

    /** Appends one character, escaped if need be; gives its size in JSON. */
    private static int append(StringBuilder safe, int c) {
        switch (c) {
            case '\n' -> safe.append("\\n");
            case '\r' -> safe.append("\\r");
            case '\t' -> safe.append("\\t");
            default -> {
                return appendOther(safe, c);
            }
        }
        // The back slash is doubled in JSON.
        return 3;
    }

    private static int appendOther(StringBuilder safe, int c) {
        if (c < ' ' || (c >= 0x7F && c <= 0x9F)) {
            safe.append("\\x").append(HEX[c >> 4]).append(HEX[c & 15]);
            return 5;
        }
        if (isInvisible(c)) {
            safe.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
                safe.append(HEX[c >> shift & 15]);
            }
            return 7;
        }
        if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            safe.append('\uFFFD');
            return 3;
        }
        safe.appendCodePoint(c);
        if (c < 0x80) {
            return c == '"' || c == '\\' ? 2 : 1;
        }
        return c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }

    /** Direction controls, zero-width characters, line and paragraph separator, byte order mark. */
    private static boolean isInvisible(int c) {
        return c == 0x061C
                || (c >= 0x200B && c <= 0x200F)
                || (c >= 0x2028 && c <= 0x202E)
                || (c >= 0x2060 && c <= 0x206F)
                || c == 0xFEFF;
    }
}
