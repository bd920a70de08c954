package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.SharedWeight;
import java.util.HashMap;
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
        final SharedWeight callers = new SharedWeight();
    }

    private final long maximumWeight;
    private final int maximumCount;
    private final int entryWeight;
    private final Map<ConnectOwner, Share<E>> shares = new HashMap<>();
    private long weight;
    private int count;
    /** Empty, for the next owner: most have one entry for a moment. Null for none. */
    private Share<E> spare;

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
        Share<E> share = shares.computeIfAbsent(entry.owner(), key -> emptyShare());
        if (share.kept.add(entry)) {
            weight -= share.callers.bytes();
            share.callers.add(entry.caller());
            weight += share.callers.bytes() + entryWeight;
            count++;
        }
    }

    private Share<E> emptyShare() {
        Share<E> share = spare == null ? new Share<>() : spare;
        spare = null;
        return share;
    }

    /** No effect for one that is not there. */
    void remove(E entry) {
        Share<E> share = shares.get(entry.owner());
        if (share != null && share.kept.remove(entry)) {
            weight -= share.callers.bytes() + entryWeight;
            share.callers.remove(entry.caller());
            weight += share.callers.bytes();
            count--;
            if (share.kept.isEmpty()) {
                shares.remove(entry.owner());
                spare = share;
            }
        }
    }

    private long weight(Share<E> share) {
        return share.callers.bytes() + (long) share.kept.size() * entryWeight;
    }

    /** The one that is to be removed next, as there is too much; null as long as there is not. */
    E surplus() {
        if (weight <= maximumWeight && count <= maximumCount) {
            return null;
        }
        Share<E> heaviest = null;
        for (Share<E> share : shares.values()) {
            if (heaviest == null || weight(share) > weight(heaviest)) {
                heaviest = share;
            }
        }
        return heaviest == null ? null : heaviest.kept.iterator().next();
    }
}
