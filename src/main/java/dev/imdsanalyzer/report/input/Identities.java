package dev.imdsanalyzer.report.input;

import java.util.Arrays;

/** A set of 64-bit hashes in one array, up to a fixed number of them. Not for 0, which it maps to 1. */
final class Identities {
    private final int limit;
    private long[] table;
    private int size;

    /** @param limit most entries it takes; {@link #add} says no after that */
    Identities(int limit) {
        this.limit = limit;
        this.table = new long[1024];
    }

    boolean contains(long identity) {
        return table[slot(table, key(identity))] != 0;
    }

    /** Whether it is full, and so forgets what comes. */
    boolean isFull() {
        return size >= limit;
    }

    void add(long identity) {
        if (isFull()) {
            return;
        }
        long key = key(identity);
        int slot = slot(table, key);
        if (table[slot] != 0) {
            return;
        }
        table[slot] = key;
        if (++size * 2 > table.length) {
            grow();
        }
    }

    void clear() {
        Arrays.fill(table, 0);
        size = 0;
    }

    private void grow() {
        long[] larger = new long[table.length * 2];
        for (long key : table) {
            if (key != 0) {
                larger[slot(larger, key)] = key;
            }
        }
        table = larger;
    }

    private static long key(long identity) {
        return identity == 0 ? 1 : identity;
    }

    private static int slot(long[] table, long key) {
        int mask = table.length - 1;
        int slot = (int) (key ^ (key >>> 32)) & mask;
        while (table[slot] != 0 && table[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
