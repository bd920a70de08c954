package dev.imdsanalyzer.secrets;

/** {@code s/password=.*}{@code /password=x/}: what sed(1) looks for is no secret, what it puts there may be one. */
final class SedExpression {
    private static final String DELIMITERS = "/|#,:!@~";
    private static final int LOOK_BACK = 256;
    private static final int WORD_LIMIT = 8;

    private SedExpression() {}

    /** The character that parts the command in which the name stands; NUL where it stands in none. */
    static char delimiter(String text, int nameStart) {
        int begin = begin(text, nameStart);
        return begin < 0 ? '\0' : text.charAt(begin + 1);
    }

    /** Whether the value of a name, from start to end, is looked for, or is a word of prose that stands for a value. */
    static boolean isPattern(String text, int nameStart, int start, int end) {
        int begin = begin(text, nameStart);
        if (begin < 0) {
            return false;
        }
        char delimiter = text.charAt(begin + 1);
        int parts = 0;
        for (int i = begin + 1; i < nameStart; i++) {
            parts += text.charAt(i) == delimiter ? 1 : 0;
        }
        if (parts == 1) {
            return true;
        }
        for (int i = start; i < end; i++) {
            if (!Character.isLetter(text.charAt(i))) {
                return false;
            }
        }
        return end - start <= WORD_LIMIT;
    }

    private static int begin(String text, int nameStart) {
        int at = nameStart;
        while (at > 0
                && nameStart - at < LOOK_BACK
                && text.charAt(at - 1) > ' '
                && "\"';{".indexOf(text.charAt(at - 1)) < 0) {
            at--;
        }
        boolean command = at + 1 < nameStart && text.charAt(at) == 's' && DELIMITERS.indexOf(text.charAt(at + 1)) >= 0;
        return command ? at : -1;
    }
}
