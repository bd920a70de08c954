package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.packet.FourTuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One half of the pairs that {@link ConnectTable} makes, in the order of arrival, found by what the two halves have in
 * common. For one thread at a time.
 */
final class JoinIndex<E extends JoinIndex.Entry> {
    /** One half of a pair, told from others by its identity. */
    static class Entry {
        final FourTuple fourTuple;
        /** 0 to 2^32 - 1; -1 where it is not known. */
        final long initialSequenceNumber;
        /** Ns since the epoch. */
        final long nanos;

        Entry(FourTuple fourTuple, long initialSequenceNumber, long nanos) {
            this.fourTuple = fourTuple;
            this.initialSequenceNumber = initialSequenceNumber;
            this.nanos = nanos;
        }

        /** Not the identity's, which the JVM has to make for each object. */
        @Override
        public final int hashCode() {
            return Long.hashCode(initialSequenceNumber) * 31 + Long.hashCode(nanos);
        }

        @Override
        @SuppressWarnings("ReferenceEquality")
        public final boolean equals(Object other) {
            return this == other;
        }
    }

    private final Set<E> entries = new LinkedHashSet<>();
    private final Map<FourTuple, List<E>> byTuple = new HashMap<>();
    private final Map<Long, List<E>> bySequence = new HashMap<>();

    void add(E entry) {
        entries.add(entry);
        byTuple.computeIfAbsent(entry.fourTuple, key -> new ArrayList<>(1)).add(entry);
        if (entry.initialSequenceNumber >= 0) {
            bySequence
                    .computeIfAbsent(entry.initialSequenceNumber, key -> new ArrayList<>(1))
                    .add(entry);
        }
    }

    /** No effect for one that is not there. */
    void remove(E entry) {
        if (entries.remove(entry)) {
            remove(byTuple, entry.fourTuple, entry);
            remove(bySequence, entry.initialSequenceNumber, entry);
        }
    }

    private static <K, E> void remove(Map<K, List<E>> map, K key, E entry) {
        List<E> list = map.get(key);
        if (list != null && list.remove(entry) && list.isEmpty()) {
            map.remove(key);
        }
    }

    List<E> withTuple(FourTuple fourTuple) {
        return byTuple.getOrDefault(fourTuple, List.of());
    }

    List<E> withSequence(long initialSequenceNumber) {
        return bySequence.getOrDefault(initialSequenceNumber, List.of());
    }

    /** The one that came first; null if there is none. */
    E eldest() {
        return entries.isEmpty() ? null : entries.iterator().next();
    }

    List<E> all() {
        return List.copyOf(entries);
    }

    int size() {
        return entries.size();
    }
}
