package dev.imdsanalyzer.http;

import java.util.Arrays;

/**
 * The field lines of one head as offsets.
 *
 * <p>Shape of an entry, offsets counted from the head's first byte, each 16 bits unsigned:
 *
 * <pre>
 *   63          48 47          32 31          16 15           0
 *  +--------------+--------------+--------------+--------------+
 *  | name offset  | name length  | value offset | value length |
 *  +--------------+--------------+--------------+--------------+
 * </pre>
 */
abstract class FieldTable implements Fields {
    /** Bound of a head's size: what the offsets of an entry can say. */
    static final int OFFSET_LIMIT = 1 << 16;

    private static final int USUAL_FIELDS = 16;
    /** A table that grew beyond this many fields shrinks again when it is cleared. */
    private static final int KEPT_FIELDS = 256;

    /** Where the head stands; the caller's, and another one at each call. */
    protected byte[] bytes;
    /** Where in {@link #bytes} the head begins. */
    protected int begin;

    private long[] entries = new long[USUAL_FIELDS];
    private int count;

    protected final void clear() {
        bytes = null;
        begin = 0;
        count = 0;
        if (entries.length > KEPT_FIELDS) {
            entries = new long[USUAL_FIELDS];
        }
    }

    /** Adds a field by positions in {@link #bytes}; trailing blanks are left out of the value. */
    protected final void add(int nameStart, int nameEnd, int valueStart, int valueEnd) {
        if (count == entries.length) {
            entries = Arrays.copyOf(entries, 2 * count);
        }
        int trimmedEnd = trimmed(valueStart, valueEnd);
        entries[count++] = entry(nameStart - begin, nameEnd - nameStart, valueStart - begin, trimmedEnd - valueStart);
    }

    /** Lengthens the last field's value to the end of a line that was folded onto it. */
    protected final void extend(int textStart, int textEnd) {
        int trimmedEnd = trimmed(textStart, textEnd);
        if (trimmedEnd > textStart) {
            long last = entries[count - 1];
            int valueStart = valueLength(last) == 0 ? textStart - begin : valueOffset(last);
            entries[count - 1] = entry(nameOffset(last), nameLength(last), valueStart, trimmedEnd - begin - valueStart);
        }
    }

    private int trimmed(int start, int end) {
        int trimmedEnd = end;
        while (trimmedEnd > start && Octets.isBlank(bytes[trimmedEnd - 1])) {
            trimmedEnd--;
        }
        return trimmedEnd;
    }

    private static long entry(int nameOffset, int nameLength, int valueOffset, int valueLength) {
        return ((long) nameOffset << 48) | ((long) nameLength << 32) | ((long) valueOffset << 16) | valueLength;
    }

    private static int nameOffset(long entry) {
        return (int) (entry >>> 48);
    }

    private static int nameLength(long entry) {
        return (int) (entry >>> 32) & 0xffff;
    }

    private static int valueOffset(long entry) {
        return (int) entry >>> 16;
    }

    private static int valueLength(long entry) {
        return (int) entry & 0xffff;
    }

    @Override
    public final byte[] buffer() {
        return bytes;
    }

    @Override
    public final int fieldCount() {
        return count;
    }

    @Override
    public final int fieldNameOffset(int field) {
        return begin + nameOffset(entries[field]);
    }

    @Override
    public final int fieldNameLength(int field) {
        return nameLength(entries[field]);
    }

    @Override
    public final int fieldValueOffset(int field) {
        return begin + valueOffset(entries[field]);
    }

    @Override
    public final int fieldValueLength(int field) {
        return valueLength(entries[field]);
    }

    @Override
    public final int find(byte[] lowerCaseName, int from) {
        for (int field = from; field < count; field++) {
            long entry = entries[field];
            if (nameLength(entry) == lowerCaseName.length
                    && Octets.equalIgnoringCase(bytes, begin + nameOffset(entry), lowerCaseName)) {
                return field;
            }
        }
        return -1;
    }
}
