package dev.imdsanalyzer.http;

/**
 * Finds the end of a body in chunked coding (RFC 9112 section 7.1), extensions and trailer section passed over, and can
 * be stopped after any byte. Lines may end without CR, as in heads. Keeps nothing but its place.
 */
final class ChunkedBody {
    private enum State {
        SIZE,
        /** What follows the size in its line. */
        EXTENSION,
        DATA,
        DATA_END,
        TRAILER_BEGIN,
        TRAILER,
        TRAILER_END,
        DONE,
        DAMAGED
    }

    /** A size of so many hexadecimal digits fits a long. */
    private static final int MAXIMUM_DIGITS = 15;

    private State state = State.SIZE;
    /** How much of the chunk at hand is still to come. */
    private long remaining;

    private long dataBytes;

    void reset() {
        state = State.SIZE;
        remaining = 0;
        dataBytes = 0;
    }

    /** Whether the body's last byte was passed. */
    boolean done() {
        return state == State.DONE;
    }

    /** Whether the coding was broken, and the end of the body is unknown. */
    boolean damaged() {
        return state == State.DAMAGED;
    }

    /** Bytes of content so far. */
    long dataBytes() {
        return dataBytes;
    }

    /** Bytes of content that are sure to come next. */
    long expectedBytes() {
        return state == State.DATA ? remaining : 0;
    }

    /** Passes over content that will never be seen; at most {@link #expectedBytes}. */
    void skip(long missingBytes) {
        dataBytes += missingBytes;
        remaining -= missingBytes;
        if (remaining == 0) {
            state = State.DATA_END;
        }
    }

    /**
     * Passes over what there is of the body.
     *
     * @return bytes used: all of them, unless the body is done, a size is cut, or it is damaged; then the first byte that is
     *     not used is the one, or the begin of the size, that belongs to no body
     */
    int consume(byte[] buffer, int offset, int length) {
        int next = offset;
        int end = offset + length;
        while (next < end && !done()) {
            int used = step(buffer, next, end);
            if (used == 0) {
                break;
            }
            next += used;
        }
        return next - offset;
    }

    /** Takes what the state at hand asks for; 0 if that needs more bytes than there are, or is damaged. */
    private int step(byte[] buffer, int from, int end) {
        if (state == State.DATA) {
            int part = (int) Math.min(remaining, end - from);
            skip(part);
            return part;
        }
        if (state == State.SIZE) {
            return size(buffer, from, end);
        }
        state = after(buffer[from]);
        return damaged() ? 0 : 1;
    }

    /** A size is taken whole, as its digits may turn out to be a request's first letters. */
    private int size(byte[] buffer, int from, int end) {
        long size = 0;
        int next = from;
        while (next < end && Character.digit(buffer[next], 16) >= 0 && next - from <= MAXIMUM_DIGITS) {
            size = (size << 4) | Character.digit(buffer[next], 16);
            next++;
        }
        boolean tooLong = size >>> (4 * MAXIMUM_DIGITS) != 0 || next - from > MAXIMUM_DIGITS;
        if (next == end && !tooLong) {
            return 0;
        }
        if (tooLong || next == from || !endsSize(buffer[next])) {
            state = State.DAMAGED;
            return 0;
        }
        remaining = size;
        state = State.EXTENSION;
        return next - from;
    }

    private static boolean endsSize(byte octet) {
        return octet == ';' || octet == Octets.SP || octet == Octets.TAB || octet == Octets.CR || octet == Octets.LF;
    }

    private State after(byte octet) {
        boolean lineFeed = octet == Octets.LF;
        return switch (state) {
            case EXTENSION -> lineFeed ? chunk() : State.EXTENSION;
            case DATA_END -> lineFeed ? State.SIZE : (octet == Octets.CR ? State.DATA_END : State.DAMAGED);
            case TRAILER_BEGIN -> lineFeed ? State.DONE : (octet == Octets.CR ? State.TRAILER_END : State.TRAILER);
            case TRAILER -> lineFeed ? State.TRAILER_BEGIN : State.TRAILER;
            case TRAILER_END -> lineFeed ? State.DONE : State.DAMAGED;
            case SIZE, DATA, DONE, DAMAGED -> state;
        };
    }

    /** The line with the size is complete. */
    private State chunk() {
        return remaining == 0 ? State.TRAILER_BEGIN : State.DATA;
    }
}
