package dev.imdsanalyzer.report.format;

/** Text from a log made safe for the place where it goes. */
final class Escape {
    private Escape() {}

    /** For a terminal: control characters, bidirectional marks and line separators as {@code \\u} escapes. */
    static String terminal(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (isControl(character)) {
                safe = safe == null ? new StringBuilder(text.substring(0, i)) : safe;
                safe.append(String.format("\\u%04x", (int) character));
            } else if (safe != null) {
                safe.append(character);
            }
        }
        return safe == null ? text : safe.toString();
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
                    if (isControl(character)) {
                        safe.append(String.format("\\u%04x", (int) character));
                    } else {
                        safe.append(character);
                    }
                }
            }
        }
        return safe.toString();
    }

    /** One CSV cell (RFC 4180); a leading =, +, - or @ gets an apostrophe, so that no spreadsheet runs it. */
    static String csv(String text) {
        String cell = text;
        if (!cell.isEmpty() && "=+-@\t\r".indexOf(cell.charAt(0)) >= 0) {
            cell = "'" + cell;
        }
        boolean quoted = false;
        for (int i = 0; i < cell.length() && !quoted; i++) {
            char character = cell.charAt(i);
            quoted = character == '"' || character == ',' || character == '\n' || character == '\r' || character == ';';
        }
        return quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
    }

    private static boolean isControl(char character) {
        return character < ' '
                || (character >= 0x7f && character <= 0x9f)
                || (character >= 0x200e && character <= 0x200f)
                || (character >= 0x2028 && character <= 0x202e)
                || (character >= 0x2066 && character <= 0x2069);
    }
}
