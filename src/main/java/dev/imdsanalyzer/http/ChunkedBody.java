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
    private boolean digitSeen;
    /** Size of the chunk at hand while its line is read, then how much of it is still to come. */
    private long remaining;

    private long dataBytes;

    void reset() {
        state = State.SIZE;
        digitSeen = false;
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
     * @return bytes used: all of them, unless the body is done or damaged
     */
    int consume(byte[] buffer, int offset, int length) {
        int next = offset;
        int end = offset + length;
        while (next < end && !done() && !damaged()) {
            if (state == State.DATA) {
                int part = (int) Math.min(remaining, end - next);
                skip(part);
                next += part;
            } else {
                state = after(buffer[next]);
                next++;
            }
        }
        return next - offset;
    }

    private State after(byte octet) {
        boolean lineFeed = octet == Octets.LF;
        return switch (state) {
            case SIZE -> afterSizeByte(octet);
            case EXTENSION -> lineFeed ? chunk() : State.EXTENSION;
            case DATA_END -> lineFeed ? State.SIZE : (octet == Octets.CR ? State.DATA_END : State.DAMAGED);
            case TRAILER_BEGIN -> lineFeed ? State.DONE : (octet == Octets.CR ? State.TRAILER_END : State.TRAILER);
            case TRAILER -> lineFeed ? State.TRAILER_BEGIN : State.TRAILER;
            case TRAILER_END -> lineFeed ? State.DONE : State.DAMAGED;
            case DATA, DONE, DAMAGED -> state;
        };
    }

    private State afterSizeByte(byte octet) {
        int digit = Character.digit(octet, 16);
        if (digit >= 0) {
            digitSeen = true;
            if ((remaining >>> (4 * (MAXIMUM_DIGITS - 1))) != 0) {
                return State.DAMAGED;
            }
            remaining = (remaining << 4) | digit;
            return State.SIZE;
        }
        boolean endsNumber = octet == ';' || octet == Octets.SP || octet == Octets.TAB || octet == Octets.CR;
        if (!digitSeen || (!endsNumber && octet != Octets.LF)) {
            return State.DAMAGED;
        }
        return octet == Octets.LF ? chunk() : State.EXTENSION;
    }

    /** The line with the size is complete. */
    private State chunk() {
        digitSeen = false;
        return remaining == 0 ? State.TRAILER_BEGIN : State.DATA;
    }
}
