package dev.imdsanalyzer.report.format;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text from a log as Markdown that shows it and nothing else: in code spans neither markup nor links nor mentions are made.
 * Source: CommonMark 0.31, sections 2.4 (backslash escapes), 4.5 (fenced code blocks), 6.1 (code spans).
 */
final class Markdown {
    private static final Pattern BACKTICKS = Pattern.compile("`+");
    private static final Pattern SPECIAL = Pattern.compile("[\\\\`*_{}\\[\\]()#+!|<>&~@:.-]");

    private Markdown() {}

    /** A code span. */
    static String code(String text) {
        String safe = Escape.terminal(text);
        String fence = "`".repeat(longestRun(safe) + 1);
        // Blanks at both ends are taken off again; a backtick at an end needs one.
        return fence + " " + (safe.isBlank() ? "-" : safe) + " " + fence;
    }

    /** A sentence of ours that may hold a name from a log. */
    static String prose(String text) {
        return SPECIAL.matcher(Escape.terminal(text))
                .replaceAll(match -> Matcher.quoteReplacement("\\" + match.group()));
    }

    /** A block of lines to copy; nothing for none. */
    static String fence(List<String> lines) {
        if (lines.isEmpty()) {
            return "";
        }
        int longest = 2;
        for (String line : lines) {
            longest = Math.max(longest, longestRun(line));
        }
        String fence = "`".repeat(longest + 1);
        StringBuilder text = new StringBuilder("\n" + fence + "sh\n");
        lines.forEach(line -> text.append(Escape.terminal(line)).append('\n'));
        return text + fence + "\n";
    }

    private static int longestRun(String text) {
        return BACKTICKS
                .matcher(text)
                .results()
                .mapToInt(run -> run.group().length())
                .max()
                .orElse(0);
    }
}
