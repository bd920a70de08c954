package dev.imdsanalyzer.tcp.connection;

import java.util.concurrent.ThreadLocalRandom;

/**
 * A hash table keyed by primitive longs in which a key may have several entries. Entries are linked through themselves:
 * no boxing, no node objects. Its size is fixed, as the number of entries is bounded.
 */
final class FlowTable<E extends FlowTable.Entry<E>> {
    /** What is put into a table; in at most one table at a time. */
    abstract static class Entry<E extends Entry<E>> {
        private long key;
        private E nextInBucket;

        long key() {
            return key;
        }
    }

    private final Entry<E>[] buckets;
    private final int shift;

    /** Secret of this run, so that nobody outside can choose ports and sequence numbers that share a bucket. */
    private final long seed = ThreadLocalRandom.current().nextLong();

    /** @param expectedEntries at least 1; more than these are taken too, at a cost in speed */
    @SuppressWarnings({"unchecked", "rawtypes"})
    FlowTable(int expectedEntries) {
        int bits = Math.min(24, Math.max(4, 33 - Integer.numberOfLeadingZeros(expectedEntries - 1)));
        buckets = new Entry[1 << bits];
        shift = 64 - bits;
    }

    /** The newest entry of that key, or null. */
    E first(long key) {
        return sameKey(buckets[bucket(key)], key);
    }

    /** The next older entry of the same key, or null. */
    E next(E entry) {
        return sameKey(nextInBucket(entry), entry.key());
    }

    void add(long key, E entry) {
        int bucket = bucket(key);
        Entry<E> head = buckets[bucket];
        Entry<E> added = entry;
        added.key = key;
        added.nextInBucket = self(head);
        buckets[bucket] = entry;
    }

    void remove(E entry) {
        Entry<E> removed = entry;
        int bucket = bucket(removed.key);
        Entry<E> previous = null;
        for (Entry<E> e = buckets[bucket]; e != null; e = e.nextInBucket) {
            if (e == removed) {
                if (previous == null) {
                    buckets[bucket] = e.nextInBucket;
                } else {
                    previous.nextInBucket = e.nextInBucket;
                }
                removed.nextInBucket = null;
                return;
            }
            previous = e;
        }
    }

    private E sameKey(Entry<E> from, long key) {
        Entry<E> entry = from;
        while (entry != null && entry.key != key) {
            entry = entry.nextInBucket;
        }
        return self(entry);
    }

    private static <E extends Entry<E>> Entry<E> nextInBucket(Entry<E> entry) {
        return entry.nextInBucket;
    }

    /** An entry of a table of E is an E: only those are added. */
    @SuppressWarnings("unchecked")
    private static <E extends Entry<E>> E self(Entry<E> entry) {
        return (E) entry;
    }

    /** The finalizer of MurmurHash3's 64-bit variant over the key and the secret. */
    private int bucket(long key) {
        long hash = key + seed;
        hash = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return (int) ((hash ^ (hash >>> 33)) >>> shift);
    }
}
