package dev.imdsanalyzer.output.line.field;

import java.util.function.Function;

/**
 * Remembers what a function made of the few values that come again and again. Direct-mapped: each slot holds the newest
 * value that hashed to it, so memory is fixed. One thread.
 */
final class Memo<K, V> {
    private static final int SLOTS = 256;

    private final Function<K, V> function;
    private final Object[] keys = new Object[SLOTS];
    private final Object[] values = new Object[SLOTS];

    Memo(Function<K, V> function) {
        this.function = function;
    }

    @SuppressWarnings("unchecked")
    V get(K key) {
        int hash = key.hashCode();
        int slot = (hash ^ hash >>> 8 ^ hash >>> 16) & SLOTS - 1;
        if (!key.equals(keys[slot])) {
            values[slot] = function.apply(key);
            keys[slot] = key;
        }
        return (V) values[slot];
    }
}
