package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A map from 64-bit hashes to values that keeps the order of insertion and makes no object to look one up. */
final class LongTable<V> {
    private long[] keys = new long[4];
    private int[] slots = new int[4];
    private final List<V> values = new ArrayList<>();

    /** The value, or null. */
    V get(long key) {
        int slot = find(key);
        return slots[slot] == 0 ? null : values.get(slots[slot] - 1);
    }

    V computeIfAbsent(long key, Supplier<V> creator) {
        V present = get(key);
        if (present != null) {
            return present;
        }
        if ((values.size() + 1) * 2 > keys.length) {
            grow();
        }
        V created = creator.get();
        values.add(created);
        int slot = find(key);
        keys[slot] = key;
        slots[slot] = values.size();
        return created;
    }

    List<V> values() {
        return values;
    }

    int size() {
        return values.size();
    }

    private int find(long key) {
        int mask = keys.length - 1;
        int slot = (int) (key ^ (key >>> 32)) & mask;
        while (slots[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldSlots = slots;
        keys = new long[oldKeys.length * 2];
        slots = new int[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldSlots[i] != 0) {
                int slot = find(oldKeys[i]);
                keys[slot] = oldKeys[i];
                slots[slot] = oldSlots[i];
            }
        }
    }
}
