package dev.imdsanalyzer.process.containers;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How much of a watch each user may take, who can make as many folders as he likes: a number of watched folders, and a
 * part of the time. Root has no bound here. For one thread.
 */
final class UserShares {
    /** Of a user's; his podman has two for each container, and a few more. */
    static final int FOLDERS = 256;

    /** Of each second. */
    static final long NANOS = 50_000_000L;

    private static final long SECOND = 1_000_000_000L;

    private final LongSupplier nanoTime;
    private final Map<Long, Integer> folders = new HashMap<>();
    private final Map<Long, Long> spent = new HashMap<>();
    private long secondBegan;

    /** @param nanoTime as {@link System#nanoTime} */
    UserShares(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.secondBegan = nanoTime.getAsLong();
    }

    boolean mayWatch(long owner) {
        return owner == 0 || folders.getOrDefault(owner, 0) < FOLDERS;
    }

    void watched(long owner) {
        if (owner != 0) {
            folders.merge(owner, 1, Integer::sum);
        }
    }

    void unwatched(long owner) {
        folders.computeIfPresent(owner, (user, count) -> count == 1 ? null : count - 1);
    }

    /** Whether the owner has time left in this second. */
    boolean hasTime(long owner) {
        if (nanoTime.getAsLong() - secondBegan >= SECOND) {
            secondBegan = nanoTime.getAsLong();
            spent.clear();
        }
        return owner == 0 || spent.getOrDefault(owner, 0L) < NANOS;
    }

    /** Runs at the owner's expense. */
    void timed(long owner, Runnable step) {
        long start = nanoTime.getAsLong();
        step.run();
        if (owner != 0) {
            spent.merge(owner, nanoTime.getAsLong() - start, Long::sum);
        }
    }
}
