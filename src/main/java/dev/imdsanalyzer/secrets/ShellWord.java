package dev.imdsanalyzer.secrets;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A word of a shell's script without its quotes; POSIX.1 section 2.3. Expansions are left as they are written.
 *
 * @param first whether a command begins with it
 * @param operator the operator before it, {@code |} or {@code <<<} and the like; empty for a blank
 * @param source where the word stands in the script; null where it is an argument of its own
 */
record ShellWord(
        String text,
        boolean first,
        String operator,
        @Nullable DecodedText source) {
    private static final int OPERATOR_LIMIT = 4;
    private static final String OPERATORS = ";|&()<>\n";

    /** The words in their order; one for each of the arguments that a program was started with. */
    static List<ShellWord> ofArguments(List<String> arguments) {
        List<ShellWord> words = new ArrayList<>(arguments.size());
        for (String argument : arguments) {
            words.add(new ShellWord(argument, words.isEmpty(), "", null));
        }
        return words;
    }

    static List<ShellWord> split(String script) {
        return new Splitter(script).split();
    }

    /** One pass over a script. */
    private static final class Splitter {
        private final String script;
        private final List<ShellWord> words = new ArrayList<>();
        private int at;
        private boolean first = true;
        private String operator = "";

        Splitter(String script) {
            this.script = script;
        }

        List<ShellWord> split() {
            while (at < script.length()) {
                char c = script.charAt(at);
                if (OPERATORS.indexOf(c) >= 0) {
                    first |= c != '<' && c != '>';
                    operator = operator.length() < OPERATOR_LIMIT ? operator + c : operator;
                    at++;
                } else if (c <= ' ') {
                    at++;
                } else {
                    int start = at;
                    int end = wordEnd(start);
                    add(start, end);
                    at = end;
                    first = false;
                    operator = "";
                }
            }
            return words;
        }

        private void add(int start, int end) {
            DecodedText source = new DecodedText(end - start);
            char quote = 0;
            for (int i = start; i < end; i++) {
                char c = script.charAt(i);
                if (quote == 0 && (c == '\'' || c == '"')) {
                    quote = c;
                } else if (quote != 0 && c == quote) {
                    quote = 0;
                } else if (c == '\\' && isEscape(i, end, quote)) {
                    source.append(script.charAt(i + 1), i, i + 2);
                    i++;
                } else {
                    source.append(c, i, i + 1);
                }
            }
            words.add(new ShellWord(source.text(), first, operator, source));
        }

        private boolean isEscape(int backslash, int end, char quote) {
            if (backslash + 1 >= end || quote == '\'') {
                return false;
            }
            return quote == 0 || "$`\"\\".indexOf(script.charAt(backslash + 1)) >= 0;
        }

        private int wordEnd(int start) {
            char quote = 0;
            for (int i = start; i < script.length(); i++) {
                char c = script.charAt(i);
                if (c == '\\' && quote != '\'') {
                    i++;
                } else if (quote != 0) {
                    quote = c == quote ? 0 : quote;
                } else if (c == '\'' || c == '"') {
                    quote = c;
                } else if (c <= ' ' || (OPERATORS.indexOf(c) >= 0 && !isPartOfUrl(start, i))) {
                    return i;
                }
            }
            return script.length();
        }

        /** A process title's words are not quoted: an ampersand within a URL ends no command there. */
        private boolean isPartOfUrl(int start, int operator) {
            return script.charAt(operator) == '&'
                    && operator + 1 < script.length()
                    && Character.isLetterOrDigit(script.charAt(operator + 1))
                    && script.startsWith("http", start);
        }
    }
}
