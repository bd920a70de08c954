package dev.imdsanalyzer.http;

/**
 * Parses the field lines of one message head (RFC 9112 section 5) up to the empty line that ends it.
 *
 * <p>No line is refused, for some server reads on behind any: a line is what stands before LF, carriage returns in front of
 * it left out, and control bytes stay where they are. A line without a colon counts as no field: such are the further lines
 * of an error page that somebody sent as a token. Field names are not checked for being tokens: what is none equals no name
 * that anybody looks for. So {@code name : value}, which section 5.1 forbids, is not that header. The first line that
 * breaks the rules is told by {@link #oddity}, also where it is only folded (obs-fold, section 5.2).
 *
 * <p>Whole lines, the usual case, are read by {@link #wholeLines} eight bytes at a time; lines that are cut or odd, by
 * {@link #step} byte by byte. A line's bytes are looked at by each at most once.
 */
abstract class FieldLineParser extends FieldTable {
    /** The answer in place of a position or count; {@link #anomaly} and {@link #anomalyOffset} say more. */
    static final int MALFORMED = -2;

    /** A field line begins here; states of start lines come before. */
    protected static final int LINE_BEGIN = 32;

    private static final int EMPTY_LINE = 33;
    private static final int NAME = 34;
    private static final int BLANKS = 35;
    private static final int TEXT = 36;

    protected static final int COMPLETE = 37;
    protected static final int FAILED = 38;

    /** What the line at hand is. */
    private static final int FIELD = 0;

    private static final int FOLDED = 1;
    private static final int IGNORED = 2;

    protected int state;

    private int line = IGNORED;
    /** Counted from the head's first byte, as is all that outlives a call. */
    private int lineStart;

    private int nameEnd;
    private int textStart;
    /** The last byte was a carriage return. */
    private boolean afterReturn;

    private Anomaly oddity;
    private Anomaly anomaly;
    private int anomalyOffset;

    /** What comes next is the first byte of another head. */
    protected final void restart() {
        state = 0;
        line = IGNORED;
        lineStart = 0;
        afterReturn = false;
        oddity = null;
        anomaly = null;
        anomalyOffset = 0;
    }

    /** The first thing that breaks the rules of HTTP though servers read on; null if there is none. */
    public final Anomaly oddity() {
        return oddity;
    }

    protected final void odd(Anomaly what) {
        if (oddity == null) {
            oddity = what;
        }
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
            long stops = Words.controlsSpacesAndColons(word) & unseen;
            while (stops == 0) {
                at += 8;
                if (at >= end) {
                    return lineStart;
                }
                word = Words.at(buffer, at);
                stops = Words.controlsSpacesAndColons(word);
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
        if (state == EMPTY_LINE) {
            next = emptyLine(next, end);
        }
        if (state == NAME) {
            next = name(next, end);
        }
        if (state == BLANKS) {
            next = blanks(next, end);
        }
        return state == TEXT ? text(next, end) : next;
    }

    private int lineBegin(int from) {
        byte first = bytes[from];
        lineStart = from - begin;
        if (first == Octets.LF) {
            state = COMPLETE;
            return from + 1;
        }
        if (first == Octets.CR) {
            state = EMPTY_LINE;
            return from + 1;
        }
        if (Octets.isBlank(first)) {
            line = line == IGNORED ? IGNORED : FOLDED;
            state = BLANKS;
            odd(Anomaly.FOLDED_FIELD);
        } else {
            line = FIELD;
            state = NAME;
        }
        return from;
    }

    /** Behind a carriage return at the begin of a line; several of them before LF are an empty line, too. */
    private int emptyLine(int from, int end) {
        int next = from;
        while (next < end && bytes[next] == Octets.CR) {
            odd(Anomaly.BARE_RETURN);
            next++;
        }
        if (next < end) {
            if (bytes[next] == Octets.LF) {
                state = COMPLETE;
                return next + 1;
            }
            odd(Anomaly.BARE_RETURN);
            ignoreRestOfLine();
        }
        return next;
    }

    private int name(int from, int end) {
        int next = from;
        while (next < end && bytes[next] != ':' && bytes[next] != Octets.CR && bytes[next] != Octets.LF) {
            if (bytes[next] <= Octets.SP || bytes[next] == Octets.DELETE) {
                odd(oddityOf(bytes[next]));
            }
            next++;
        }
        if (next < end) {
            nameEnd = next - begin;
            if (bytes[next] == ':' && nameEnd > lineStart) {
                state = BLANKS;
                return next + 1;
            }
            odd(Anomaly.BAD_FIELD_LINE);
            ignoreRestOfLine();
        }
        return next;
    }

    private static Anomaly oddityOf(byte octet) {
        return Octets.isControl(octet) && octet != Octets.TAB ? Anomaly.CONTROL_BYTE : Anomaly.BAD_FIELD_LINE;
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

    protected final void ignoreRestOfLine() {
        line = IGNORED;
        textStart = 0;
        state = TEXT;
    }

    private int text(int from, int end) {
        int next = from;
        while (next < end && bytes[next] != Octets.LF) {
            noteText(bytes[next]);
            next++;
        }
        return next < end ? lineEnd(next) : next;
    }

    /** Takes note of a byte within a line's text. */
    protected final void noteText(byte octet) {
        if (afterReturn) {
            odd(Anomaly.BARE_RETURN);
        }
        afterReturn = octet == Octets.CR;
        if (Octets.isControl(octet) && octet != Octets.TAB && octet != Octets.CR) {
            odd(Anomaly.CONTROL_BYTE);
        }
    }

    /** The line's text was noted to its end. */
    protected final void endText() {
        afterReturn = false;
    }

    private int lineEnd(int lineFeed) {
        endText();
        state = LINE_BEGIN;
        if (line == IGNORED) {
            return ignoredLine(begin + lineStart, lineFeed);
        }
        keepText(textEnd(begin + textStart, lineFeed));
        return lineFeed + 1;
    }

    private void keepText(int textEnd) {
        if (line == FIELD) {
            add(begin + lineStart, begin + nameEnd, begin + textStart, textEnd);
        } else if (line == FOLDED) {
            extend(begin + textStart, textEnd);
        }
    }

    /** A line's end without the carriage returns before its line feed. */
    protected final int textEnd(int textBegin, int lineFeed) {
        int end = lineFeed;
        while (end > textBegin && bytes[end - 1] == Octets.CR) {
            end--;
        }
        return end;
    }

    /**
     * A line that is no field has ended.
     *
     * @return where to read on: behind its line feed, or, with the state {@link #COMPLETE}, where the head ends
     */
    protected int ignoredLine(int lineBegin, int lineFeed) {
        return lineFeed + 1;
    }

    /**
     * There is no room for more of the head: what was read is to be let go of, so that its next line can be read as the first
     * of another piece. Of a line that is longer than there is room, the beginning counts.
     *
     * @param end behind the last byte that was read
     * @return behind the last byte that is let go of
     */
    protected final int breakOff(int end) {
        odd(Anomaly.HEAD_TOO_LARGE);
        if (state == LINE_BEGIN) {
            line = IGNORED;
            return end;
        }
        if (lineStart > 0) {
            state = LINE_BEGIN;
            afterReturn = false;
            line = IGNORED;
            return begin + lineStart;
        }
        if (state == TEXT) {
            keepText(end);
        } else if (state == BLANKS && line == FIELD) {
            add(begin, begin + nameEnd, end, end);
        }
        ignoreRestOfLine();
        return end;
    }

    /** What comes next is the first byte of another piece of the same head. */
    protected final void nextPiece() {
        clear();
        lineStart = 0;
    }
}
