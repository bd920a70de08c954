package dev.imdsanalyzer.process.proc;

/** Unsigned numbers in the bytes of a file of /proc, read without a String for each. */
final class NumberText {
    static final long NONE = -1;

    private NumberText() {}

    /**
     * The number that makes up those bytes.
     *
     * @param radix 10 or 16
     * @return up to 2^63 - 1; {@link #NONE} where they are no number, or a larger one
     */
    static long parse(byte[] content, int from, int to, int radix) {
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(content[i], radix);
            if (digit < 0 || number > (Long.MAX_VALUE - digit) / radix) {
                return NONE;
            }
            number = number * radix + digit;
        }
        return from < to ? number : NONE;
    }
}
