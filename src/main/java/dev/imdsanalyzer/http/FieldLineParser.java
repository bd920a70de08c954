package dev.imdsanalyzer.http;

/**
 * Parses the field lines of one message head (RFC 9112 section 5) up to the empty line that ends it.
 *
 * <p>What is tolerated: values folded over lines (obs-fold, section 5.2). A line without a colon counts as no field: such
 * are the further lines of an error page that somebody sent as a token. Field names are not checked for being tokens: what
 * is none equals no name that anybody looks for. So {@code name : value}, which section 5.1 forbids, is not that header,
 * but the request is still one, whatever the server thinks of it.
 *
 * <p>Whole lines, the usual case, are read by {@link #wholeLines} eight bytes at a time; lines that are cut or odd, by
 * {@link #step} byte by byte. A line's bytes are looked at by each at most once.
 */
abstract class FieldLineParser extends FieldTable {
    /** The answer in place of a position or count; {@link #anomaly} and {@link #anomalyOffset} say more. */
    static final int MALFORMED = -2;

    /** A field line begins here; states of start lines come before. */
    protected static final int LINE_BEGIN = 32;

    private static final int NAME = 33;
    private static final int BLANKS = 34;
    private static final int TEXT = 35;
    private static final int LINE_FEED = 36;
    private static final int LAST_LINE_FEED = 37;

    protected static final int COMPLETE = 38;
    protected static final int FAILED = 39;

    /** What the line at hand is. */
    private static final int FIELD = 0;

    private static final int FOLDED = 1;
    private static final int IGNORED = 2;

    protected int state;

    private int line = IGNORED;
    /** Counted from the head's first byte, as is all that outlives a call. */
    private int nameStart;

    private int nameEnd;
    private int textStart;

    private Anomaly anomaly;
    private int anomalyOffset;

    /** What comes next is the first byte of another head. */
    protected final void restart() {
        state = 0;
        line = IGNORED;
        anomaly = null;
        anomalyOffset = 0;
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

    /**
     * Reads field lines that are whole and plain: a name, a value on the same line, CR LF.
     *
     * <p>It goes from word to word and never asks where in the buffer it is to know what to load next; so the processor
     * can work on several words at once.
     *
     * @param from where a line begins
     * @return where the first line begins that is not such a one; where the head ends, and then it is complete
     */
    protected final int wholeLines(int from, int end) {
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
    protected final int step(int from, int end) {
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
        return state >= LINE_FEED && state < COMPLETE && next < end
                ? lineFeed(next, state == LINE_FEED ? LINE_BEGIN : COMPLETE)
                : next;
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
        int next = lineText(from, end);
        if (next < 0 || next == end) {
            return next;
        }
        if (line == FIELD) {
            add(begin + nameStart, begin + nameEnd, begin + textStart, next);
        } else if (line == FOLDED) {
            extend(begin + textStart, next);
        }
        state = bytes[next] == Octets.LF ? LINE_BEGIN : LINE_FEED;
        return next + 1;
    }

    /** Where the text of a line ends, at CR or LF; {@code end} if they are not there yet; or {@link #MALFORMED}. */
    protected final int lineText(int from, int end) {
        int next = from;
        while (next < end && (!Octets.isControl(bytes[next]) || bytes[next] == Octets.TAB)) {
            next++;
        }
        boolean lineEnd = next == end || bytes[next] == Octets.CR || bytes[next] == Octets.LF;
        return lineEnd ? next : malformed(Anomaly.CONTROL_BYTE, next);
    }

    /** Takes the LF behind a CR, and goes on in the state {@code following}; or {@link #MALFORMED}. */
    protected final int lineFeed(int from, int following) {
        if (bytes[from] != Octets.LF) {
            return malformed(Anomaly.CONTROL_BYTE, from - 1);
        }
        state = following;
        return from + 1;
    }
}
