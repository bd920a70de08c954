package dev.imdsanalyzer.imds.request;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Turns bytes into values of which the same few come again and again (paths, user agents), without making them anew.
 *
 * <p>Direct-mapped: each slot holds the newest text that hashed to it, so memory is fixed and a stranger's texts can
 * only cost speed. One thread.
 *
 * @param <T> what a text is turned into
 */
final class TextCache<T> {
    /** Longer texts are made anew each time, so that the cache stays small. */
    private static final int MAX_CACHED_BYTES = 512;

    private static final String CUT_MARK = "…";

    private final Function<String, T> interpret;
    private final int maxBytes;
    private final byte[][] keys;
    private final Object[] values;

    /**
     * @param slots a power of two
     * @param maxBytes longer texts are cut there, with a mark
     */
    TextCache(int slots, int maxBytes, Function<String, T> interpret) {
        this.interpret = interpret;
        this.maxBytes = maxBytes;
        this.keys = new byte[slots][];
        this.values = new Object[slots];
    }

    /** Bytes that are no UTF-8 become U+FFFD. */
    @SuppressWarnings("unchecked")
    T get(byte[] buffer, int offset, int length) {
        if (length > MAX_CACHED_BYTES) {
            return interpret.apply(text(buffer, offset, length));
        }
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + buffer[i];
        }
        int slot = (hash ^ hash >>> 16) & keys.length - 1;
        byte[] key = keys[slot];
        if (key == null || !Arrays.equals(key, 0, key.length, buffer, offset, offset + length)) {
            values[slot] = interpret.apply(text(buffer, offset, length));
            keys[slot] = Arrays.copyOfRange(buffer, offset, offset + length);
        }
        return (T) values[slot];
    }

    private String text(byte[] buffer, int offset, int length) {
        return length <= maxBytes
                ? new String(buffer, offset, length, StandardCharsets.UTF_8)
                : new String(buffer, offset, maxBytes, StandardCharsets.UTF_8) + CUT_MARK;
    }
}
