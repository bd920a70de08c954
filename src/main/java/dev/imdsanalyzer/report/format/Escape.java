package dev.imdsanalyzer.report.format;

/**
 * Text from a log made safe for the place where it goes. No place gets control characters (C0, DEL, C1), nor characters that
 * reorder, hide or break what stands around them: bidirectional controls, zero-width characters, line separators, tags.
 */
public final class Escape {
    /** What a spreadsheet takes for the beginning of a formula, in the forms that it normalises too. */
    private static final String FORMULA =
            "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212\u207c\u207a\u207b\u208c\u208a\u208b";
    /** Where a spreadsheet may begin a cell, whatever the quotes say: where it splits at other separators than a comma. */
    private static final String SEPARATORS = ";|";

    private static final String QUOTES = "\"'`\u2018\u2019\u201c\u201d\uff02\uff07";
    private static final int ESCAPE_LENGTH = 6;
    /** The first half of U+E0000 to U+E03FF: tags, whose text nobody sees. */
    private static final char TAG = 0xdb40;

    private Escape() {}

    /** For a terminal: those characters as {@code \\u} escapes. */
    public static String terminal(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (isControl(text, i)) {
                safe = safe == null ? new StringBuilder(text.substring(0, i)) : safe;
                appendEscape(safe, character);
            } else if (safe != null) {
                safe.append(character);
            }
        }
        return safe == null ? text : safe.toString();
    }

    private static void appendEscape(StringBuilder text, char character) {
        text.append(String.format("\\u%04x", (int) character));
    }

    /** For HTML text and quoted attributes. */
    static String html(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                case '\t' -> safe.append(' ');
                default -> {
                    if (isControl(text, i)) {
                        appendEscape(safe, character);
                    } else {
                        safe.append(character);
                    }
                }
            }
        }
        return safe.toString();
    }

    /**
     * One CSV cell (RFC 4180), on one line. An apostrophe stands before whatever a spreadsheet would run: a formula's sign at the
     * start of the cell, or of a part of it where the spreadsheet splits at semicolons or bars, blanks and quotes before it
     * aside.
     */
    static String csv(String text) {
        StringBuilder cell = new StringBuilder(text.length() + 8);
        String plain = terminal(text);
        boolean quoted = false;
        for (int i = 0; i < plain.length(); i++) {
            char character = plain.charAt(i);
            boolean startsPart = i == 0 || SEPARATORS.indexOf(plain.charAt(i - 1)) >= 0;
            if (startsPart && isFormula(plain, i)) {
                cell.append('\'');
            }
            quoted |= character == '"' || character == ',' || character == ';';
            cell.append(character == '"' ? "\"\"" : String.valueOf(character));
        }
        // A blank at either end would be trimmed by some readers, and what stands behind it read anew.
        quoted |= !plain.equals(plain.strip());
        return quoted ? "\"" + cell + '"' : cell.toString();
    }

    private static boolean isFormula(String text, int from) {
        int i = from;
        while (i < text.length()) {
            char character = text.charAt(i);
            if (FORMULA.indexOf(character) >= 0) {
                return true;
            }
            if (character == '\\' && text.startsWith("\\u", i)) {
                // A byte order mark or a control character stands there as an escape.
                i += ESCAPE_LENGTH;
            } else if (Character.isWhitespace(character)
                    || Character.isSpaceChar(character)
                    || QUOTES.indexOf(character) >= 0) {
                i++;
            } else {
                return false;
            }
        }
        return false;
    }

    private static boolean isControl(String text, int index) {
        return isControl(text.charAt(index))
                || text.charAt(index) == TAG
                || (index > 0 && text.charAt(index - 1) == TAG);
    }

    /** Whether this character has no place in anything that we write. */
    static boolean isControl(char character) {
        return character < ' '
                || (character >= 0x7f && character <= 0x9f)
                || character == 0xad
                || character == 0x061c
                || character == 0x180e
                || (character >= 0x200b && character <= 0x200f)
                || (character >= 0x2028 && character <= 0x202e)
                || (character >= 0x2060 && character <= 0x206f)
                || character == 0xfeff
                || (character >= 0xfff9 && character <= 0xfffb);
    }
}
