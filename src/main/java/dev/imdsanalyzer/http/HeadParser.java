package dev.imdsanalyzer.http;

import java.util.Arrays;

/**
 * Parses one message head (RFC 9112 sections 2 to 5) in place, in one pass, and can be stopped after any byte.
 *
 * <p>The caller owns the bytes. It calls {@link #parse} with the head's first byte at {@code offset}; after
 * {@link #INCOMPLETE} it calls again once there are more bytes behind the same ones, which may by then stand in another
 * array. Only new bytes are looked at then. Nothing but positions is kept between the calls.
 *
 * <p>What is tolerated, because servers do: empty lines before the start line, a line end without CR (section 2.2), runs
 * of spaces in the start line, values folded over lines (obs-fold, section 5.2), bytes above 0x7f. A line that is no
 * field line counts as none and hides nothing but itself: {@code name : value} (section 5.1 forbids the space; such a
 * header is not that header), and the further lines of an error page that somebody sent as a token. The request is still
 * one, whatever the server thinks of it. A control byte is never tolerated.
 *
 * <p>Shape of an entry of {@link #fields}, offsets counted from the head's first byte, each 16 bits unsigned:
 *
 * <pre>
 *   63          48 47          32 31          16 15           0
 *  +--------------+--------------+--------------+--------------+
 *  | name offset  | name length  | value offset | value length |
 *  +--------------+--------------+--------------+--------------+
 * </pre>
 */
abstract class HeadParser implements Fields {
    /** The answers of {@link #parse} that are no count of bytes. */
    static final int INCOMPLETE = -1;

    static final int MALFORMED = -2;

    /** Bound of {@code maximumHeadBytes}: what the offsets of an entry can say. */
    static final int OFFSET_LIMIT = 1 << 16;

    /** A field line begins here; states of start lines come before. */
    protected static final int LINE_BEGIN = 32;

    private static final int NAME = 33;
    private static final int BLANKS = 34;
    private static final int TEXT = 35;
    private static final int LINE_FEED = 36;
    private static final int LAST_LINE_FEED = 37;
    private static final int COMPLETE = 38;
    private static final int FAILED = 39;

    private static final int USUAL_FIELDS = 16;
    /** A parser that grew beyond this many fields shrinks again when it is reset. */
    private static final int KEPT_FIELDS = 256;

    /** What the line at hand is. */
    private enum Line {
        FIELD,
        FOLDED,
        IGNORED
    }

    protected byte[] bytes;
    /** Where in {@link #bytes} the head begins. */
    protected int begin;

    protected int state;

    private final int maximumBytes;
    /** Bytes of the head that were looked at. */
    private int position;

    private long[] fields = new long[USUAL_FIELDS];
    private int fieldCount;
    private Line line;
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
    }

    /** Forgets everything; what comes next is the first byte of another head. */
    void reset() {
        bytes = null;
        begin = 0;
        state = 0;
        position = 0;
        fieldCount = 0;
        line = Line.IGNORED;
        anomaly = null;
        anomalyOffset = 0;
        if (fields.length > KEPT_FIELDS) {
            fields = new long[USUAL_FIELDS];
        }
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
        if (next >= 0 && state >= LINE_BEGIN && state < COMPLETE) {
            next = fieldLines(next, end);
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

    private int fieldLines(int from, int end) {
        byte[] buffer = bytes;
        int next = from;
        int now = state;
        while (next < end) {
            if (now == LINE_BEGIN) {
                byte first = buffer[next];
                if (first == Octets.LF || first == Octets.CR) {
                    next++;
                    now = first == Octets.LF ? COMPLETE : LAST_LINE_FEED;
                    if (now == COMPLETE) {
                        break;
                    }
                    continue;
                }
                if (first == Octets.SP || first == Octets.TAB) {
                    line = line == Line.IGNORED ? Line.IGNORED : Line.FOLDED;
                    now = BLANKS;
                } else {
                    line = Line.FIELD;
                    nameStart = next - begin;
                    now = NAME;
                }
            }
            if (now == NAME) {
                while (next < end && Octets.TOKEN[buffer[next] & 0xff]) {
                    next++;
                }
                if (next == end) {
                    break;
                }
                nameEnd = next - begin;
                if (buffer[next] == ':' && nameEnd > nameStart) {
                    next++;
                    now = BLANKS;
                } else {
                    line = Line.IGNORED;
                    now = TEXT;
                }
            }
            if (now == BLANKS) {
                while (next < end && (buffer[next] == Octets.SP || buffer[next] == Octets.TAB)) {
                    next++;
                }
                if (next == end) {
                    break;
                }
                textStart = next - begin;
                now = TEXT;
            }
            if (now == TEXT) {
                next = Octets.endOfText(buffer, next, end);
                if (next == end) {
                    break;
                }
                byte stop = buffer[next];
                if (stop == Octets.CR || stop == Octets.LF) {
                    endLine(next - begin);
                    now = stop == Octets.LF ? LINE_BEGIN : LINE_FEED;
                } else if (stop != Octets.TAB) {
                    return malformed(Anomaly.CONTROL_BYTE, next);
                }
                next++;
            } else {
                if (buffer[next] != Octets.LF) {
                    return malformed(Anomaly.CONTROL_BYTE, next - 1);
                }
                next++;
                if (now == LAST_LINE_FEED) {
                    now = COMPLETE;
                    break;
                }
                now = LINE_BEGIN;
            }
        }
        state = now;
        return next;
    }

    /** Takes the line that ends before {@code end}, trailing blanks left out. */
    private void endLine(int end) {
        if (line == Line.IGNORED) {
            return;
        }
        int textEnd = end;
        while (textEnd > textStart && isBlank(bytes[begin + textEnd - 1])) {
            textEnd--;
        }
        if (line == Line.FIELD) {
            if (fieldCount == fields.length) {
                fields = Arrays.copyOf(fields, 2 * fieldCount);
            }
            fields[fieldCount++] = entry(nameStart, nameEnd - nameStart, textStart, textEnd - textStart);
        } else if (textEnd > textStart) {
            int last = fieldCount - 1;
            long field = fields[last];
            int valueStart = valueLength(field) == 0 ? textStart : valueOffset(field);
            fields[last] = entry(nameOffset(field), nameLength(field), valueStart, textEnd - valueStart);
        }
    }

    private static boolean isBlank(byte octet) {
        return octet == Octets.SP || octet == Octets.TAB;
    }

    private static long entry(int nameOffset, int nameLength, int valueOffset, int valueLength) {
        return ((long) nameOffset << 48) | ((long) nameLength << 32) | ((long) valueOffset << 16) | valueLength;
    }

    private static int nameOffset(long field) {
        return (int) (field >>> 48);
    }

    private static int nameLength(long field) {
        return (int) (field >>> 32) & 0xffff;
    }

    private static int valueOffset(long field) {
        return (int) field >>> 16;
    }

    private static int valueLength(long field) {
        return (int) field & 0xffff;
    }

    @Override
    public final byte[] buffer() {
        return bytes;
    }

    @Override
    public final int fieldCount() {
        return fieldCount;
    }

    @Override
    public final int fieldNameOffset(int field) {
        return begin + nameOffset(fields[field]);
    }

    @Override
    public final int fieldNameLength(int field) {
        return nameLength(fields[field]);
    }

    @Override
    public final int fieldValueOffset(int field) {
        return begin + valueOffset(fields[field]);
    }

    @Override
    public final int fieldValueLength(int field) {
        return valueLength(fields[field]);
    }

    @Override
    public final int find(byte[] lowerCaseName, int from) {
        for (int field = from; field < fieldCount; field++) {
            long entry = fields[field];
            if (nameLength(entry) == lowerCaseName.length
                    && Octets.equalIgnoringCase(bytes, begin + nameOffset(entry), lowerCaseName)) {
                return field;
            }
        }
        return -1;
    }
}
