package dev.imdsanalyzer.report.input;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Tells an export with columns by its first line, and what stands between them: a comma as CloudWatch writes it, or a
 * semicolon or a tab as Excel does, which may also say so in a line {@code sep=;} of its own.
 */
final class CsvHeader {
    /** No such export. */
    static final char NONE = 0;

    private static final int LONGEST = 1024;
    private static final String DELIMITERS = ",;\t|";
    private static final String DECLARATION = "sep=";

    private CsvHeader() {}

    /** What stands between the fields; {@link #NONE} where the input does not begin with names of columns. */
    static char delimiter(byte[] head) {
        String text = new String(head, 0, Math.min(head.length, LONGEST), StandardCharsets.UTF_8).stripLeading();
        String header = line(text);
        if (header.toLowerCase(Locale.ROOT).startsWith(DECLARATION) && header.length() > DECLARATION.length()) {
            char declared = header.charAt(DECLARATION.length());
            return names(line(text.substring(header.length()).stripLeading()), declared) ? declared : NONE;
        }
        for (int i = 0; i < DELIMITERS.length(); i++) {
            if (names(header, DELIMITERS.charAt(i))) {
                return DELIMITERS.charAt(i);
            }
        }
        return NONE;
    }

    private static String line(String text) {
        return text.lines().findFirst().orElse("");
    }

    /** Whether one of the columns is the message's; a header is short and has no events. */
    private static boolean names(String header, char delimiter) {
        if (header.indexOf('{') >= 0) {
            return false;
        }
        int from = 0;
        while (from <= header.length()) {
            int to = header.indexOf(delimiter, from);
            String name = unquoted(header.substring(from, to < 0 ? header.length() : to));
            if (name.equals("@message") || (name.equals("message") && header.indexOf(delimiter) >= 0)) {
                return true;
            }
            if (to < 0) {
                break;
            }
            from = to + 1;
        }
        return false;
    }

    private static String unquoted(String field) {
        String name = field.strip();
        boolean quoted = name.length() >= 2 && name.startsWith("\"") && name.endsWith("\"");
        return quoted ? name.substring(1, name.length() - 1) : name;
    }
}
