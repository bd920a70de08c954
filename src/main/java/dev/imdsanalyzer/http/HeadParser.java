package dev.imdsanalyzer.http;

/**
 * Parses one message head (RFC 9112 sections 2 to 5) in place, in one pass, and can be stopped after any byte.
 *
 * <p>The caller owns the bytes. It calls {@link #parse} with the head's first byte at {@code offset}; after
 * {@link #INCOMPLETE} it calls again once there are more bytes behind the same ones, which may by then stand in another
 * array. Nothing but positions is kept between the calls, so the work grows with the bytes, however they are cut.
 *
 * <p>What is tolerated, because servers do: empty lines before the start line, a line end without CR (section 2.2), runs
 * of spaces in the start line, values folded over lines (obs-fold, section 5.2), bytes above 0x7f. A line without a colon
 * counts as no field: such are the further lines of an error page that somebody sent as a token. Field names are not
 * checked for being tokens: what is none equals no name that anybody looks for. So {@code name : value}, which section 5.1
 * forbids, is not that header, but the request is still one, whatever the server thinks of it. A control byte is never
 * tolerated.
 *
 * <p>Whole lines, the usual case, are read by {@link #wholeLines} eight bytes at a time; lines that are cut or odd, by
 * {@link #step} byte by byte. A line's bytes are looked at by each at most once.
 */
abstract class HeadParser extends FieldTable {
    /** The answers of {@link #parse} that are no count of bytes. */
    static final int INCOMPLETE = -1;

    static final int MALFORMED = -2;

    /** A field line begins here; states of start lines come before. */
    protected static final int LINE_BEGIN = 32;

    private static final int NAME = 33;
    private static final int BLANKS = 34;
    private static final int TEXT = 35;
    private static final int LINE_FEED = 36;
    private static final int LAST_LINE_FEED = 37;
    private static final int COMPLETE = 38;
    private static final int FAILED = 39;

    /** What the line at hand is. */
    private static final int FIELD = 0;

    private static final int FOLDED = 1;
    private static final int IGNORED = 2;

    protected int state;

    private final int maximumBytes;
    /** Bytes of the head that were looked at. */
    private int position;

    private int line;
    /** Counted from the head's first byte, as is all that outlives a call. */
    private int nameStart;

    private int nameEnd;
    private int textStart;

    private Anomaly anomaly;
    private int anomalyOffset;

    /** @param maximumBytes a head that is not complete within so many bytes is malformed; at most 65,536 */
    HeadParser(int maximumBytes) {
        if (maximumBytes < 1 || maximumBytes > OFFSET_LIMIT) {
            throw new IllegalArgumentException("maximum head size out of range: " + maximumBytes);
        }
        this.maximumBytes = maximumBytes;
        line = IGNORED;
    }

    /** Forgets everything; what comes next is the first byte of another head. */
    final void reset() {
        clear();
        state = 0;
        position = 0;
        line = IGNORED;
        anomaly = null;
        anomalyOffset = 0;
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
     * @return where it stopped in {@link #bytes}: {@code end}, or earlier with the state {@link #LINE_BEGIN} or
     *     {@link #completeWithoutFields}; {@link #MALFORMED}
     */
    protected abstract int startLine(int from, int end);

    /** Whether a byte of the head was seen; empty lines before it do not count. */
    final boolean begun() {
        return state != 0;
    }

    /** What was wrong; null unless the last answer was {@link #MALFORMED}. */
    final Anomaly anomaly() {
        return anomaly;
    }

    /** Where it was wrong, counted from the head's first byte. */
    final int anomalyOffset() {
        return anomalyOffset;
    }

    protected final int malformed(Anomaly what, int where) {
        state = FAILED;
        anomaly = what;
        anomalyOffset = where - begin;
        return MALFORMED;
    }

    protected final void completeWithoutFields() {
        state = COMPLETE;
    }

    /**
     * Reads field lines that are whole and plain: a name, a value on the same line, CR LF.
     *
     * <p>It goes from word to word and never asks where in the buffer it is to know what to load next; so the processor
     * can work on several words at once.
     *
     * @param from where a line begins
     * @return where the first line begins that is not such a one; where the head ends, and then it is complete
     */
    private int wholeLines(int from, int end) {
        byte[] buffer = bytes;
        int lineStart = from;
        int at = from & -8;
        long word = Words.at(buffer, at);
        long unseen = Words.from(from);
        while (lineStart < end && buffer[lineStart] > Octets.SP) {
            long stops = Words.controlsAndColons(word) & unseen;
            while (stops == 0) {
                at += 8;
                if (at >= end) {
                    return lineStart;
                }
                word = Words.at(buffer, at);
                stops = Words.controlsAndColons(word);
                unseen = -1;
            }
            int colon = at + Words.first(stops);
            if (colon >= end || buffer[colon] != ':' || colon == lineStart) {
                return lineStart;
            }
            unseen &= -(stops & -stops) << 1;
            stops = Words.controls(word) & unseen;
            while (stops == 0) {
                at += 8;
                if (at >= end) {
                    return lineStart;
                }
                word = Words.at(buffer, at);
                stops = Words.controls(word);
                unseen = -1;
            }
            int lineEnd = at + Words.first(stops);
            if (lineEnd + 1 >= end || buffer[lineEnd] != Octets.CR || buffer[lineEnd + 1] != Octets.LF) {
                return lineStart;
            }
            int valueStart = colon + 1;
            while (valueStart < lineEnd && Octets.isBlank(buffer[valueStart])) {
                valueStart++;
            }
            add(lineStart, colon, valueStart, lineEnd);
            line = FIELD;
            lineStart = lineEnd + 2;
            if (lineStart - at < 8) {
                unseen = Words.from(lineStart);
            } else {
                at += 8;
                if (at >= end) {
                    return lineStart;
                }
                word = Words.at(buffer, at);
                unseen = Words.from(lineStart);
            }
        }
        if (lineStart + 1 < end && buffer[lineStart] == Octets.CR && buffer[lineStart + 1] == Octets.LF) {
            state = COMPLETE;
            lineStart += 2;
        }
        return lineStart;
    }

    /** Reads from the state at hand to the end of the line, of the head, or of what there is. */
    private int step(int from, int end) {
        int next = from;
        if (state == LINE_BEGIN) {
            next = lineBegin(next);
        }
        if (state == NAME) {
            next = name(next, end);
        }
        if (state == BLANKS) {
            next = blanks(next, end);
        }
        if (state == TEXT && next < end) {
            return text(next, end);
        }
        return state >= LINE_FEED && state < COMPLETE && next < end ? lineFeed(next) : next;
    }

    private int lineBegin(int from) {
        byte first = bytes[from];
        if (first == Octets.LF || first == Octets.CR) {
            state = first == Octets.LF ? COMPLETE : LAST_LINE_FEED;
            return from + 1;
        }
        if (Octets.isBlank(first)) {
            line = line == IGNORED ? IGNORED : FOLDED;
            state = BLANKS;
        } else {
            line = FIELD;
            nameStart = from - begin;
            state = NAME;
        }
        return from;
    }

    private int name(int from, int end) {
        int next = from;
        while (next < end && bytes[next] != ':' && !Octets.isControl(bytes[next])) {
            next++;
        }
        if (next < end) {
            nameEnd = next - begin;
            boolean named = bytes[next] == ':' && nameEnd > nameStart;
            line = named ? FIELD : IGNORED;
            state = named ? BLANKS : TEXT;
            next += named ? 1 : 0;
        }
        return next;
    }

    private int blanks(int from, int end) {
        int next = from;
        while (next < end && Octets.isBlank(bytes[next])) {
            next++;
        }
        if (next < end) {
            textStart = next - begin;
            state = TEXT;
        }
        return next;
    }

    private int text(int from, int end) {
        int next = from;
        while (next < end && (!Octets.isControl(bytes[next]) || bytes[next] == Octets.TAB)) {
            next++;
        }
        if (next == end) {
            return next;
        }
        byte stop = bytes[next];
        if (stop != Octets.CR && stop != Octets.LF) {
            return malformed(Anomaly.CONTROL_BYTE, next);
        }
        if (line == FIELD) {
            add(begin + nameStart, begin + nameEnd, begin + textStart, next);
        } else if (line == FOLDED) {
            extend(begin + textStart, next);
        }
        state = stop == Octets.LF ? LINE_BEGIN : LINE_FEED;
        return next + 1;
    }

    private int lineFeed(int from) {
        if (bytes[from] != Octets.LF) {
            return malformed(Anomaly.CONTROL_BYTE, from - 1);
        }
        state = state == LINE_FEED ? LINE_BEGIN : COMPLETE;
        return from + 1;
    }
}
