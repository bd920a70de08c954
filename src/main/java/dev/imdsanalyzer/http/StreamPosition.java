package dev.imdsanalyzer.http;

/**
 * How far one direction's bytes were used up, and from where on others may have been received in their place. Positions count the
 * bytes that were used up, without those that are missing.
 */
final class StreamPosition {
    private long position;
    /** Bytes behind it that came and were not used. */
    private int unused;
    /** Behind the head, or the piece of one, that is being handed over. */
    private long headEnd;
    /** Where the bytes begin of which others may have been received; far away where there are none. */
    private long conflictFrom = Long.MAX_VALUE;

    void use(int count) {
        position += count;
    }

    /** @param count how many bytes that came stay unused */
    void leave(int count) {
        unused = count;
    }

    /** @param length of a head that is not used up yet, or of the piece of one */
    void headEndsBehind(int length) {
        headEnd = position + length;
    }

    long headEnd() {
        return headEnd;
    }

    /** Content comes by, more of which is to come: other bytes of it are nobody's business. */
    void passContent(long count) {
        if (conflictFrom < position + count) {
            conflictFrom = Long.MAX_VALUE;
        }
    }

    /** The position that many bytes before the last one that came. */
    long back(int count) {
        return position + unused - count;
    }

    /** Others may have been received in the place of the last bytes that came, that many of them. */
    void conflict(int count) {
        long from = back(count);
        if (from >= position || unused > 0) {
            conflictFrom = Math.min(conflictFrom, from);
        }
    }

    /** Whether the head that is being handed over may have been another one; what comes behind it is not. */
    boolean takeConflictOfHead() {
        return takeConflictBefore(headEnd);
    }

    /** The same for all bytes that came. */
    boolean takeConflictOfAll() {
        return takeConflictBefore(position + unused + 1);
    }

    private boolean takeConflictBefore(long end) {
        boolean conflicting = end > conflictFrom;
        if (conflicting) {
            conflictFrom = Long.MAX_VALUE;
        }
        return conflicting;
    }
}
