package dev.imdsanalyzer.report.input;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Searching and hashing of byte ranges, eight bytes at a time. */
final class Bytes {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long NEWLINES = ONES * '\n';
    // Another one in each process: whoever writes a log must not be able to make two texts that hash alike.
    private static final long MULTIPLIER = new SplittableRandom().nextLong() | 1;

    private Bytes() {}

    /** The first quote or backslash in [from, to), or {@code to}. */
    static int quoteOrBackslash(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long word = (long) LONGS.get(bytes, i);
            long found = zeroBytes(word ^ QUOTES) | zeroBytes(word ^ BACKSLASHES);
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (i < to && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        return i;
    }

    /** The first line feed in [from, to), or {@code to}. */
    static int newline(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long found = zeroBytes((long) LONGS.get(bytes, i) ^ NEWLINES);
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (i < to && bytes[i] != '\n') {
            i++;
        }
        return i;
    }

    /** Eight bytes from {@code at}, the first lowest; they must lie inside the array. */
    static long word(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    /** A 64-bit hash of [from, to), another one in each process. */
    static long hash(byte[] bytes, int from, int to) {
        long hash = (to - from) * MULTIPLIER;
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            hash = mix(hash, (long) LONGS.get(bytes, i));
        }
        return i == to ? hash : mix(hash, tail(bytes, i, to));
    }

    /** The last one to seven bytes as a number, the first byte lowest. */
    private static long tail(byte[] bytes, int from, int to) {
        if (from + Long.BYTES <= bytes.length) {
            return (long) LONGS.get(bytes, from) & (-1L >>> (Long.SIZE - Byte.SIZE * (to - from)));
        }
        long rest = 0;
        for (int i = to - 1; i >= from; i--) {
            rest = (rest << Byte.SIZE) | (bytes[i] & 0xff);
        }
        return rest;
    }

    /** The hash of a member, from that of the object it lies in ({@link Field#ROOT} for the root) and its name. */
    static long member(long object, byte[] bytes, int from, int to) {
        return mix(object, hash(bytes, from, to));
    }

    /** The same for a name in ASCII. */
    static long member(long object, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        return member(object, bytes, 0, bytes.length);
    }

    /** Adds a value to a hash. */
    static long mix(long hash, long value) {
        long either = hash ^ value;
        // Both halves of the product: the lower alone carries nothing down, so that a pair of flipped bits could
        // cancel.
        return either * MULTIPLIER ^ Math.multiplyHigh(either, MULTIPLIER) ^ Long.rotateLeft(either, 23);
    }

    // The lowest set bit marks the first zero byte; bits above it may be false, which is why only the lowest is used.
    private static long zeroBytes(long word) {
        return (word - ONES) & ~word & HIGHS;
    }
}
