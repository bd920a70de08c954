package dev.imdsanalyzer.report.format;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Breaks a line of text at its blanks to fit a terminal. Colours (ECMA-48 SGR) take no room. */
final class Paragraph {
    /** Narrower terminals break lines by themselves just as well. */
    private static final int NARROWEST = 40;

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final Pattern WORD = Pattern.compile("( *)([^ ]+)");

    private Paragraph() {}

    /**
     * @param columns width of the terminal; 0 where lines are not to be broken
     * @param hanging blanks before each line but the first
     */
    static String fit(String text, int columns, int hanging) {
        if (columns < NARROWEST || width(text) <= columns) {
            return text;
        }
        StringBuilder fitted = new StringBuilder(text.length() + 64);
        int column = 0;
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            int width = width(word.group(2));
            if (column > hanging && column + word.group(1).length() + width > columns) {
                fitted.append('\n').append(" ".repeat(hanging));
                column = hanging;
            } else {
                fitted.append(word.group(1));
                column += word.group(1).length();
            }
            fitted.append(word.group(2));
            column += width;
        }
        return fitted.toString();
    }

    private static int width(String text) {
        return text.indexOf('\u001b') < 0
                ? text.codePointCount(0, text.length())
                : COLOUR.matcher(text).replaceAll("").length();
    }
}
