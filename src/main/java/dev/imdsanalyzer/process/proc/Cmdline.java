package dev.imdsanalyzer.process.proc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What /proc/PID/cmdline says: arguments, each ended by a NUL; proc_pid_cmdline(5). */
public final class Cmdline {
    /** Stands where a command line was cut. */
    public static final String CUT_MARK = "…";

    private Cmdline() {}

    /**
     * The arguments; empty for a kernel thread or a zombie. A program may write what it likes there: one that shows a
     * title pads it with NULs, which are left out.
     */
    public static List<String> parse(byte[] content) {
        List<String> arguments = new ArrayList<>();
        if (content == null) {
            return arguments;
        }
        int end = endOfTitle(content);
        int start = 0;
        for (int i = 0; i < end; i++) {
            if (content[i] == 0) {
                arguments.add(text(content, start, i));
                start = i + 1;
            }
        }
        if (start < end) {
            arguments.add(text(content, start, end));
        }
        return arguments;
    }

    /** The end of the one text with spaces that is followed by nothing but NULs; else the end of the content. */
    private static int endOfTitle(byte[] content) {
        int end = content.length;
        while (end > 0 && content[end - 1] == 0) {
            end--;
        }
        boolean spaces = false;
        for (int i = 0; i < end; i++) {
            if (content[i] == 0) {
                return content.length;
            }
            spaces |= content[i] == ' ';
        }
        return spaces ? end : content.length;
    }

    private static String text(byte[] content, int start, int end) {
        return new String(content, start, end - start, StandardCharsets.UTF_8);
    }

    /**
     * One string that a POSIX shell would split into the same arguments, cut with {@link #CUT_MARK} where it would be
     * longer. A single text with spaces is a title that the program gave itself, and is left as it is.
     *
     * @param limitBytes upper bound of the result's length as UTF-8, the mark included
     * @return null when there is no argument
     */
    public static String quoted(List<String> arguments, int limitBytes) {
        if (arguments.isEmpty()) {
            return null;
        }
        if (arguments.size() == 1 && arguments.get(0).indexOf(' ') > 0) {
            return cut(arguments.get(0), limitBytes);
        }
        StringBuilder line = new StringBuilder();
        for (String argument : arguments) {
            if (line.length() > limitBytes) {
                break;
            }
            if (!line.isEmpty()) {
                line.append(' ');
            }
            appendQuoted(line, argument);
        }
        return cut(line.toString(), limitBytes);
    }

    private static void appendQuoted(StringBuilder line, String argument) {
        if (isPlain(argument)) {
            line.append(argument);
            return;
        }
        line.append('\'').append(argument.replace("'", "'\\''")).append('\'');
    }

    /** Whether a shell takes the text as it stands. */
    private static boolean isPlain(String argument) {
        for (int i = 0; i < argument.length(); i++) {
            char c = argument.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && "_@%+=:,./-".indexOf(c) < 0 && c < 0x80) {
                return false;
            }
        }
        return !argument.isEmpty();
    }

    /** The same for a text that may be null; one that is surely short enough is not looked through. */
    public static String capped(String text, int limitBytes) {
        return text == null || text.length() * 3L <= limitBytes ? text : cut(text, limitBytes);
    }

    /** The text, or as much of its start as fits with the mark; never half a code point. */
    public static String cut(String text, int limitBytes) {
        int bytes = 0;
        int fits = 0;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
            if (bytes > limitBytes) {
                return text.substring(0, fits) + CUT_MARK;
            }
            i += Character.charCount(codePoint);
            if (bytes <= limitBytes - CUT_MARK.length() * 3) {
                fits = i;
            }
        }
        return text;
    }
}
