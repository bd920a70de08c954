package dev.imdsanalyzer.process.packages;

import java.nio.charset.StandardCharsets;

/** The lines of a file of any length, one after another, in the same memory. Longer lines than that are left out. */
final class LineReader {
    private static final int WINDOW = 64 * 1024;

    /** Beside its bytes, what a line costs whoever looks at it, in bytes gone through. */
    private static final int LINE = 16;

    private final LookupBudget budget;
    private final byte[] window = new byte[WINDOW];
    private DatabaseFile file;
    private long position;
    private int length;
    private int next;
    private int start;
    private int end;

    LineReader(LookupBudget budget) {
        this.budget = budget;
    }

    /** Begins with a file, which stays its owner's to close. */
    LineReader begin(DatabaseFile begun) {
        file = begun;
        position = 0;
        length = 0;
        next = 0;
        start = 0;
        end = 0;
        return this;
    }

    /** Moves to the next line; false after the last. */
    boolean advance() {
        budget.spend(LINE);
        int from = next;
        boolean tooLong = false;
        while (true) {
            for (int i = from; i < length; i++) {
                if (window[i] == '\n') {
                    start = next;
                    end = i;
                    next = i + 1;
                    if (!tooLong) {
                        return true;
                    }
                    tooLong = false;
                }
            }
            if (next > 0 || length == WINDOW) {
                // Keeps what has no end yet; a line that fills all is given up, to its end.
                tooLong |= next == 0;
                length = next > 0 ? length - next : 0;
                System.arraycopy(window, next, window, 0, length);
                next = 0;
            }
            from = length;
            int count = file.read(position, window, length, WINDOW - length);
            if (count <= 0) {
                start = 0;
                end = tooLong ? 0 : length;
                next = end;
                length = end;
                return end > 0;
            }
            position += count;
            length += count;
        }
    }

    /** Whether the line is this text. */
    boolean is(byte[] text) {
        return end - start == text.length && startsWith(text);
    }

    boolean isEmpty() {
        return end == start;
    }

    private boolean startsWith(byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (start + i >= end || window[start + i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * What follows the text at the start of the line; null where the line does not begin with it.
     *
     * @throws DatabaseGivenUpException where it is too long for a name, a version or a state
     */
    String after(byte[] text) {
        return startsWith(text) ? rest(text.length, OwningPackage.WORD_LIMIT) : null;
    }

    /**
     * The line from that byte on.
     *
     * @throws DatabaseGivenUpException where it has more than so many bytes
     */
    String rest(int from, int limit) {
        int rest = end - start - from;
        if (rest > limit) {
            throw DatabaseGivenUpException.tooLong("a line");
        }
        return new String(window, start + from, rest, StandardCharsets.UTF_8);
    }
}
