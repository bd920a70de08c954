package dev.imdsanalyzer.status;

import java.util.concurrent.atomic.AtomicLongArray;

/** One running total for each {@link Counter}, from the start of the program. Any thread may count and read. */
public final class Counters {
    private final AtomicLongArray totals = new AtomicLongArray(Counter.values().length);

    public void increment(Counter counter) {
        totals.incrementAndGet(counter.ordinal());
    }

    public void add(Counter counter, long amount) {
        totals.addAndGet(counter.ordinal(), amount);
    }

    /** Replaces the total; for figures that somebody else (the kernel) adds up. */
    public void set(Counter counter, long total) {
        totals.set(counter.ordinal(), total);
    }

    public long get(Counter counter) {
        return totals.get(counter.ordinal());
    }
}
