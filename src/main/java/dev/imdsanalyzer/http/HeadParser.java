package dev.imdsanalyzer.http;

/**
 * Parses one message head (RFC 9112 sections 2 to 5) in place, in one pass, and can be stopped after any byte.
 *
 * <p>The caller owns the bytes. It calls {@link #parse} with the head's first byte at {@code offset}; after
 * {@link #INCOMPLETE} it calls again once there are more bytes behind the same ones, which may by then stand in another
 * array. Nothing but positions is kept between the calls, so the work grows with the bytes, however they are cut.
 *
 * <p>A head that is longer than the limit comes in pieces of whole lines: after {@link #OVER_LIMIT} the fields of the piece
 * can be read, its {@link #headLength} bytes are to be let go of, and behind {@link #readOn} the next piece is parsed as a
 * head is, without a start line.
 *
 * <p>As lenient as the most lenient common server: see {@link RequestParser} and {@link FieldLineParser}. What breaks the
 * rules is told by {@link #oddity}.
 */
abstract class HeadParser extends FieldLineParser {
    /** The answer of {@link #parse} when more bytes are needed. */
    static final int INCOMPLETE = -1;

    /** The answer of {@link #parse} when the head goes on behind the limit. */
    static final int OVER_LIMIT = -3;

    private final int maximumBytes;
    /** Bytes of the head, or of the piece at hand, that were looked at. */
    private int position;

    private boolean inPieces;

    /** @param maximumBytes a head that is not complete within so many bytes comes in pieces; at most 65,536 */
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
        inPieces = false;
    }

    /** Goes on to the next piece of the same head. */
    final void readOn() {
        nextPiece();
        position = 0;
        inPieces = true;
    }

    /** Whether it is a later piece of a head that is longer than the limit. */
    final boolean inPieces() {
        return inPieces;
    }

    /**
     * Parses on from where the last call stopped.
     *
     * @param offset of the head's first byte, seen before or not
     * @param length bytes there are from {@code offset} on, those seen before included
     * @return bytes of the head, its last line end included; or {@link #INCOMPLETE}; or {@link #OVER_LIMIT}; or
     *     {@link #MALFORMED}, and then {@link #anomaly} and {@link #anomalyOffset} say more
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
        return position < maximumBytes ? INCOMPLETE : overLimit(next);
    }

    private int overLimit(int end) {
        int letGo = state < LINE_BEGIN ? breakOffStartLine(end) : breakOff(end);
        if (letGo < 0) {
            return MALFORMED;
        }
        position = letGo - begin;
        return OVER_LIMIT;
    }

    /**
     * Parses the start line from the state at hand on.
     *
     * @return where it stopped in {@link #bytes}: {@code end}, or earlier with the state {@link #LINE_BEGIN} or, for a head
     *     without fields, {@link #COMPLETE}; or {@link #MALFORMED}
     */
    protected abstract int startLine(int from, int end);

    /**
     * The start line is longer than the limit: takes of it what there is.
     *
     * @return {@code end}, its rest being ignored; or {@link #MALFORMED}
     */
    protected int breakOffStartLine(int end) {
        return malformed(Anomaly.HEAD_TOO_LARGE, end);
    }

    /** Whether a byte of the head was seen; empty lines before it do not count. */
    final boolean begun() {
        return state != 0;
    }

    /** Whether the start line was read. */
    final boolean startLineRead() {
        return state >= LINE_BEGIN && state != FAILED;
    }

    public final int headOffset() {
        return begin;
    }

    public final int headLength() {
        return position;
    }
}
