package dev.imdsanalyzer.process.packages;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A row or key of SQLite: types first, then values; section 2.1 of "Database File Format". */
final class SqliteRecord {
    private SqliteRecord() {}

    /** The columns: Long, String, byte[], or null (also for a floating-point number, which rpm has none of). */
    static Object[] parse(byte[] payload) {
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        if (payload.length == 0) {
            return new Object[0];
        }
        int headerEnd = (int) Math.min(payload.length, Math.max(0, varint(bytes)));
        List<Object> columns = new ArrayList<>();
        int value = headerEnd;
        while (bytes.position() < headerEnd) {
            long type = varint(bytes);
            int length = length(type);
            if (length < 0 || length > payload.length - value) {
                break;
            }
            columns.add(value(payload, value, type, length));
            value += length;
        }
        return columns.toArray();
    }

    private static int length(long type) {
        if (type >= 12) {
            return (int) Math.min(Integer.MAX_VALUE, (type - 12) / 2);
        }
        return switch ((int) type) {
            case 0, 8, 9 -> 0;
            case 1, 2, 3, 4 -> (int) type;
            case 5 -> 6;
            case 6, 7 -> 8;
            default -> -1;
        };
    }

    private static Object value(byte[] payload, int at, long type, int length) {
        if (type >= 12) {
            return type % 2 == 0
                    ? Arrays.copyOfRange(payload, at, at + length)
                    : new String(payload, at, length, StandardCharsets.UTF_8);
        }
        if (type == 8 || type == 9) {
            return type - 8;
        }
        if (type == 0 || type == 7) {
            return null;
        }
        long number = payload[at];
        for (int i = 1; i < length; i++) {
            number = number << 8 | (payload[at + i] & 0xFF);
        }
        return number;
    }

    /** Order of the first column, a text, by its bytes, as SQLite's BINARY collation has it; other types come first. */
    static int compare(Object[] key, byte[] text) {
        return key.length > 0 && key[0] instanceof String first
                ? Arrays.compareUnsigned(first.getBytes(StandardCharsets.UTF_8), text)
                : key.length > 0 && key[0] instanceof byte[] ? 1 : -1;
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
