package dev.imdsanalyzer.process.packages;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A row or key of SQLite: types first, then values; section 2.1 of "Database File Format". Its bytes stay those of the
 * payload, valid until the database is asked for another.
 */
final class SqliteRecord {
    /** No table or index of rpm's has more; the schema's has five. */
    private static final int COLUMNS_LIMIT = 8;

    /** Of what is too short to be one, or ends before its first value. */
    static final SqliteRecord NOTHING = new SqliteRecord(new byte[0]);

    private final byte[] payload;
    private final long[] types = new long[COLUMNS_LIMIT];
    private final int[] places = new int[COLUMNS_LIMIT];
    private int columns;

    private SqliteRecord(byte[] payload) {
        this.payload = payload;
    }

    /**
     * Finds the columns.
     *
     * @param length of the payload, which may end before its array
     * @throws DatabaseGivenUpException where there are more than rpm has
     */
    static SqliteRecord of(byte[] payload, int length) {
        if (length == 0) {
            return NOTHING;
        }
        SqliteRecord row = new SqliteRecord(payload);
        ByteBuffer bytes = ByteBuffer.wrap(payload, 0, length);
        int headerEnd = (int) Math.min(length, Math.max(0, varint(bytes)));
        int value = headerEnd;
        while (bytes.position() < headerEnd) {
            long type = varint(bytes);
            int size = size(type);
            if (size < 0 || size > length - value) {
                break;
            }
            row.add(type, value);
            value += size;
        }
        return row;
    }

    private void add(long type, int place) {
        if (columns == COLUMNS_LIMIT) {
            throw DatabaseGivenUpException.tooLong("a row");
        }
        types[columns] = type;
        places[columns] = place;
        columns++;
    }

    private static int size(long type) {
        if (type >= 12) {
            return (int) Math.min(Integer.MAX_VALUE, (type - 12) / 2);
        }
        return switch ((int) Math.max(-1, type)) {
            case 0, 8, 9 -> 0;
            case 1, 2, 3, 4 -> (int) type;
            case 5 -> 6;
            case 6, 7 -> 8;
            default -> -1;
        };
    }

    int columns() {
        return columns;
    }

    /** Whether the column is a whole number. */
    boolean isNumber(int column) {
        long type = column < columns ? types[column] : 0;
        return (type >= 1 && type <= 6) || type == 8 || type == 9;
    }

    /** The whole number; meaningless where it is none. */
    long number(int column) {
        long type = types[column];
        if (type == 8 || type == 9) {
            return type - 8;
        }
        int at = places[column];
        long number = payload[at];
        for (int i = 1; i < size(type); i++) {
            number = number << 8 | (payload[at + i] & 0xFF);
        }
        return number;
    }

    /** The bytes of a blob; null where the column is none. */
    ByteBuffer blob(int column) {
        boolean blob = column < columns && types[column] >= 12 && types[column] % 2 == 0;
        return blob
                ? ByteBuffer.wrap(payload, places[column], size(types[column])).slice()
                : null;
    }

    private boolean isText(int column) {
        return column < columns && types[column] >= 13 && types[column] % 2 == 1;
    }

    boolean isText(int column, String text) {
        return isText(column) && compare(column, text.getBytes(StandardCharsets.US_ASCII)) == 0;
    }

    /** Order of the first column, a text, by its bytes, as SQLite's BINARY collation has it; other types come first. */
    int compareFirst(byte[] text) {
        if (isText(0)) {
            return compare(0, text);
        }
        return columns > 0 && types[0] >= 12 && types[0] % 2 == 0 ? 1 : -1;
    }

    private int compare(int column, byte[] text) {
        int place = places[column];
        return Arrays.compareUnsigned(payload, place, place + size(types[column]), text, 0, text.length);
    }

    /** Big-endian, seven bits a byte, at most nine bytes, the last of which has eight; section 1.6. */
    static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            byte next = bytes.get();
            value = value << 7 | (next & 0x7F);
            if (next >= 0) {
                return value;
            }
        }
        return value << 8 | (bytes.get() & 0xFF);
    }
}
