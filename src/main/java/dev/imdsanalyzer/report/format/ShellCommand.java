package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.output.text.DisplayWidth;
import java.util.ArrayList;
import java.util.List;

/** A command of the shell on lines that fit a terminal and can be copied all the same: each but the last ends in a backslash. */
final class ShellCommand {
    private static final String GOES_ON = " \\";

    private ShellCommand() {}

    /**
     * @param command one line, whose quotes are ' and "; blanks before it are kept
     * @param columns width of the terminal; 0 where it is not to be broken
     * @param hanging blanks before each line but the first
     * @return broken at blanks outside of quotes alone: a word that is longer than a line stays whole
     */
    static String fit(String command, int columns, int hanging) {
        if (columns == 0 || DisplayWidth.of(command) <= columns) {
            return command;
        }
        StringBuilder fitted = new StringBuilder(command.length() + 64);
        List<String> words = words(command);
        int column = 0;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int room = columns - GOES_ON.length();
            int width = DisplayWidth.of(word);
            int together = width + widthOfValue(words, i);
            int needed = hanging + together <= room ? together : width;
            if (column > hanging && column + needed > room) {
                fitted.append(GOES_ON).append('\n').append(" ".repeat(hanging));
                column = hanging;
                word = word.stripLeading();
                width = DisplayWidth.of(word);
            }
            fitted.append(word);
            column += width;
        }
        return fitted.toString();
    }

    /** Of what follows an option and belongs to it; 0 for none. */
    private static int widthOfValue(List<String> words, int option) {
        String name = words.get(option).strip();
        boolean hasValue = name.startsWith("--")
                && name.indexOf('=') < 0
                && option + 1 < words.size()
                && !words.get(option + 1).strip().startsWith("-");
        return hasValue ? DisplayWidth.of(words.get(option + 1)) : 0;
    }

    /** Each with the blanks before it. */
    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        char quote = 0;
        int start = 0;
        for (int i = 0; i < command.length(); i++) {
            char character = command.charAt(i);
            if (character == '\\' && quote != '\'') {
                i++;
            } else if (quote != 0) {
                quote = character == quote ? 0 : quote;
            } else if (character == '\'' || character == '"') {
                quote = character;
            } else if (character == ' ' && !command.substring(start, i).isBlank()) {
                words.add(command.substring(start, i));
                start = i;
            }
        }
        words.add(command.substring(start));
        return words;
    }
}
