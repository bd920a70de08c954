package dev.imdsanalyzer.http;

/**
 * Parses one message head (RFC 9112 sections 2 to 5) in place, in one pass, and can be stopped after any byte.
 *
 * <p>The caller owns the bytes. It calls {@link #parse} with the head's first byte at {@code offset}; after
 * {@link #INCOMPLETE} it calls again once there are more bytes behind the same ones, which may by then stand in another
 * array. Nothing but positions is kept between the calls, so the work grows with the bytes, however they are cut.
 *
 * <p>What is tolerated, because servers do: empty lines before the start line, a line end without CR (section 2.2), runs
 * of spaces in the start line, bytes above 0x7f, and what {@link FieldLineParser} says of field lines. A control byte is
 * never tolerated.
 */
abstract class HeadParser extends FieldLineParser {
    /** The answer of {@link #parse} when more bytes are needed. */
    static final int INCOMPLETE = -1;

    private final int maximumBytes;
    /** Bytes of the head that were looked at. */
    private int position;

    /** @param maximumBytes a head that is not complete within so many bytes is malformed; at most 65,536 */
    HeadParser(int maximumBytes) {
        if (maximumBytes < 1 || maximumBytes > OFFSET_LIMIT) {
            throw new IllegalArgumentException("maximum head size out of range: " + maximumBytes);
        }
        this.maximumBytes = maximumBytes;
    }

    /** Forgets everything; what comes next is the first byte of another head. */
    final void reset() {
        clear();
        restart();
        position = 0;
    }

    /**
     * Parses on from where the last call stopped.
     *
     * @param offset of the head's first byte, seen before or not
     * @param length bytes there are from {@code offset} on, those seen before included
     * @return bytes of the head, its last line end included; or {@link #INCOMPLETE}; or {@link #MALFORMED}, and then
     *     {@link #anomaly} and {@link #anomalyOffset} say more
     */
    final int parse(byte[] buffer, int offset, int length) {
        if (state == FAILED) {
            return MALFORMED;
        }
        bytes = buffer;
        begin = offset;
        int end = offset + Math.min(length, maximumBytes);
        int next = offset + position;
        if (state < LINE_BEGIN) {
            next = startLine(next, end);
        }
        while (next >= 0 && next < end && state >= LINE_BEGIN && state < COMPLETE) {
            if (state == LINE_BEGIN) {
                next = wholeLines(next, end);
            }
            next = next < end && state < COMPLETE ? step(next, end) : next;
        }
        if (next < 0) {
            return MALFORMED;
        }
        position = next - offset;
        if (state == COMPLETE) {
            return position;
        }
        return position < maximumBytes ? INCOMPLETE : malformed(Anomaly.HEAD_TOO_LARGE, next);
    }

    /**
     * Parses the start line from the state at hand on.
     *
     * @return where it stopped in {@link #bytes}: {@code end}, or earlier with the state {@link #LINE_BEGIN} or, for a head
     *     without fields, {@link #COMPLETE}; or {@link #MALFORMED}
     */
    protected abstract int startLine(int from, int end);

    /** Whether a byte of the head was seen; empty lines before it do not count. */
    final boolean begun() {
        return state != 0;
    }
}
