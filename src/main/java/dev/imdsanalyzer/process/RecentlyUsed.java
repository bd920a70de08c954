package dev.imdsanalyzer.process;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongBiFunction;

/**
 * Remembers what was looked up, bounded in number and in bytes; what was not asked for the longest time goes first. For
 * one thread at a time.
 */
public final class RecentlyUsed<K, V> {
    private record Entry<V>(V value, long bytes) {}

    private final int maximumEntries;
    private final long maximumBytes;
    private final ToLongBiFunction<K, V> weight;
    private final Map<K, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** Bounded in number alone: what is kept is small. */
    public RecentlyUsed(int maximumEntries) {
        this(maximumEntries, Long.MAX_VALUE, (key, value) -> 1);
    }

    /** @param weight about how many bytes an entry takes */
    public RecentlyUsed(int maximumEntries, long maximumBytes, ToLongBiFunction<K, V> weight) {
        this.maximumEntries = maximumEntries;
        this.maximumBytes = maximumBytes;
        this.weight = weight;
    }

    /** Null for none. */
    public V get(K key) {
        Entry<V> entry = entries.get(key);
        return entry == null ? null : entry.value;
    }

    /** What takes more than all the room is not kept. */
    public void put(K key, V value) {
        remove(key);
        long added = weight.applyAsLong(key, value);
        entries.put(key, new Entry<>(value, added));
        bytes += added;
        Iterator<Entry<V>> eldest = entries.values().iterator();
        while (entries.size() > maximumEntries || bytes > maximumBytes) {
            bytes -= eldest.next().bytes;
            eldest.remove();
        }
    }

    public void remove(K key) {
        Entry<V> entry = entries.remove(key);
        bytes -= entry == null ? 0 : entry.bytes;
    }
}
