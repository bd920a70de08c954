package dev.imdsanalyzer.output.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Breaks a text at its blanks to fit a terminal, never inside a word: a word that is longer than a line has one to itself. Colours
 * (ECMA-48 SGR) take no room, and begin anew on each line, as pagers want it.
 */
public final class Paragraph {
    /** No more of a line than this part of it goes for blanks before the words. */
    private static final int LARGEST_HANGING_SHARE = 3;

    private static final Pattern WORD = Pattern.compile("( *)([^ ]+)");
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final String PLAIN = "\u001b[0m";

    private final int columns;
    private final String indent;
    private final StringBuilder fitted;
    private int column;
    private int blanks;
    private String colour = PLAIN;

    private Paragraph(int columns, int hanging, int length) {
        this.columns = columns;
        this.indent = " ".repeat(Math.min(hanging, columns / LARGEST_HANGING_SHARE));
        this.fitted = new StringBuilder(length + 64);
    }

    /**
     * @param text one line or several
     * @param columns width of the terminal; 0 where lines are not to be broken
     * @param hanging blanks before what is moved to a further line
     */
    public static String fit(String text, int columns, int hanging) {
        if (columns <= 0) {
            return text;
        }
        Paragraph paragraph = new Paragraph(columns, hanging, text.length());
        for (int from = 0; from <= text.length(); ) {
            int end = text.indexOf('\n', from);
            end = end < 0 ? text.length() : end;
            paragraph.line(text.substring(from, end));
            if (end < text.length()) {
                paragraph.fitted.append('\n');
            }
            from = end + 1;
        }
        return paragraph.fitted.toString();
    }

    private void line(String text) {
        column = 0;
        blanks = 0;
        if (DisplayWidth.of(text) <= columns) {
            fitted.append(text);
            return;
        }
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            blanks += word.group(1).length();
            word(word.group(2));
        }
    }

    private void word(String word) {
        int width = DisplayWidth.of(word);
        if (width > 0) {
            space(width);
        }
        fitted.append(word);
        column += width;
        Matcher colours = COLOUR.matcher(word);
        while (colours.find()) {
            colour = colours.group();
        }
    }

    /** The blanks before a word of this width, or another line in their place. */
    private void space(int width) {
        if (column > indent.length() && column + blanks + width > columns) {
            fitted.append(colour.equals(PLAIN) ? "" : PLAIN)
                    .append('\n')
                    .append(indent)
                    .append(colour.equals(PLAIN) ? "" : colour);
            column = indent.length();
        } else {
            fitted.append(" ".repeat(blanks));
            column += blanks;
        }
        blanks = 0;
    }
}
