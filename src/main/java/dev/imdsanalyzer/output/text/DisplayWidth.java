package dev.imdsanalyzer.output.text;

/**
 * How many columns of a terminal a text takes. Where terminals differ the larger number is given, so that what fits by it fits.
 *
 * <p>Source: Unicode Standard Annex 11, East Asian Width (wide and full-width forms; whole blocks, unassigned places too).
 */
public final class DisplayWidth {
    /** Pairs of the first and the last code point that take two columns. */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23F3, 0x25FD, 0x25FE, 0x2600, 0x27BF, 0x2B1B, 0x2B55,
        0x2E80, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE6F, 0xFF01, 0xFF60,
        0xFFE0, 0xFFE6, 0x16FE0, 0x18D08, 0x1AFF0, 0x1B2FF, 0x1F000, 0x1FAFF, 0x20000, 0x3FFFD
    };

    private DisplayWidth() {}

    /** @param text without control characters but those of colours (ECMA-48 SGR), which take no room */
    public static int of(String text) {
        int columns = 0;
        for (int i = 0; i < text.length(); ) {
            if (text.charAt(i) == '\u001b') {
                int end = text.indexOf('m', i);
                i = end < 0 ? text.length() : end + 1;
                continue;
            }
            int character = text.codePointAt(i);
            columns += ofCharacter(character);
            i += Character.charCount(character);
        }
        return columns;
    }

    private static int ofCharacter(int character) {
        if (character < 0x300) {
            return 1;
        }
        int type = Character.getType(character);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        for (int i = 0; i < WIDE.length && character >= WIDE[i]; i += 2) {
            if (character <= WIDE[i + 1]) {
                return 2;
            }
        }
        return 1;
    }

    /**
     * As much of a text as fits, with an ellipsis for the rest.
     *
     * @param columns 1 at least
     */
    public static String cut(String text, int columns) {
        if (text.length() <= columns / 2 || of(text) <= columns) {
            return text;
        }
        int used = 1;
        int end = 0;
        while (end < text.length()) {
            int character = text.codePointAt(end);
            used += ofCharacter(character);
            if (used > columns) {
                break;
            }
            end += Character.charCount(character);
        }
        return text.substring(0, end) + "…";
    }
}
