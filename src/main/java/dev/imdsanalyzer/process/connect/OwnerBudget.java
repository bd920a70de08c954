package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import dev.imdsanalyzer.process.Caller;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A bound in bytes on callers that are kept for many owners, in the order of arrival. Where it is passed, the owner who has
 * most gives up his oldest: so a flood costs the one who makes it. For one thread at a time.
 */
final class OwnerBudget<E extends OwnerBudget.Kept> {
    /** Something with a caller in it, told from others by its identity. What it says of itself does not change. */
    interface Kept {
        ConnectOwner owner();

        /** Several may have the very same one, which counts once. */
        Caller caller();
    }

    private static final class Share<E> {
        final Set<E> kept = new LinkedHashSet<>();
        final Map<Caller, Integer> uses = new IdentityHashMap<>();
        long weight;
    }

    private final long maximumWeight;
    private final int maximumCount;
    private final int entryWeight;
    private final Map<ConnectOwner, Share<E>> shares = new HashMap<>();
    private long weight;
    private int count;

    /**
     * Makes an empty one.
     *
     * @param maximumWeight of all entries and their callers, bytes
     * @param entryWeight of one entry without its caller, bytes
     */
    OwnerBudget(long maximumWeight, int maximumCount, int entryWeight) {
        this.maximumWeight = maximumWeight;
        this.maximumCount = maximumCount;
        this.entryWeight = entryWeight;
    }

    void add(E entry) {
        Share<E> share = shares.computeIfAbsent(entry.owner(), key -> new Share<>());
        if (share.kept.add(entry)) {
            boolean shared = share.uses.merge(entry.caller(), 1, Integer::sum) > 1;
            weigh(share, entryWeight + (shared ? 0 : entry.caller().weight()));
            count++;
        }
    }

    /** No effect for one that is not there. */
    void remove(E entry) {
        Share<E> share = shares.get(entry.owner());
        if (share != null && share.kept.remove(entry)) {
            boolean shared = share.uses.merge(entry.caller(), -1, Integer::sum) > 0;
            if (!shared) {
                share.uses.remove(entry.caller());
            }
            weigh(share, -entryWeight - (shared ? 0 : entry.caller().weight()));
            count--;
            if (share.kept.isEmpty()) {
                shares.remove(entry.owner());
            }
        }
    }

    private void weigh(Share<E> share, int bytes) {
        share.weight += bytes;
        weight += bytes;
    }

    /** The one that is to be removed next, as there is too much; null as long as there is not. */
    E surplus() {
        if (weight <= maximumWeight && count <= maximumCount) {
            return null;
        }
        Share<E> heaviest = null;
        for (Share<E> share : shares.values()) {
            if (heaviest == null || share.weight > heaviest.weight) {
                heaviest = share;
            }
        }
        return heaviest == null ? null : heaviest.kept.iterator().next();
    }
}
