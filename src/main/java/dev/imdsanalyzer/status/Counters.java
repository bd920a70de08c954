package dev.imdsanalyzer.status;

import java.util.concurrent.atomic.AtomicLongArray;

/** One running total for each {@link Counter}, from the start of the program. Any thread may count and read. */
public final class Counters {
    private final AtomicLongArray totals = new AtomicLongArray(Counter.values().length);
    private final AtomicLongArray older = new AtomicLongArray(Counter.values().length);
    private final Faults faults = new Faults();
    private volatile long apartFrom = Long.MIN_VALUE;

    /** Failures that were survived, each distinct one once. */
    public Faults faults() {
        return faults;
    }

    /** Counts a failure of this program that it survived ({@link Counter#INTERNAL_ERRORS}), and keeps what it was. */
    public void survived(Throwable failure) {
        increment(Counter.INTERNAL_ERRORS);
        faults.add(failure);
    }

    public void increment(Counter counter) {
        totals.incrementAndGet(counter.ordinal());
    }

    public void add(Counter counter, long amount) {
        totals.addAndGet(counter.ordinal(), amount);
    }

    /**
     * From now on {@link #ofOlder} counts what concerns connections that began before.
     *
     * @param nanos ns since the epoch
     */
    public void tellOlderApart(long nanos) {
        apartFrom = nanos;
    }

    /**
     * Counts what concerns one connection alone.
     *
     * @param beganNanos when it began, ns since the epoch; Long.MIN_VALUE if before the capture
     */
    public void increment(Counter counter, long beganNanos) {
        increment(counter);
        if (beganNanos < apartFrom) {
            older.incrementAndGet(counter.ordinal());
        }
    }

    /** How much of the total is of connections that had begun before {@link #tellOlderApart}, and was counted after. */
    public long ofOlder(Counter counter) {
        return older.get(counter.ordinal());
    }

    /** Replaces the total; for figures that somebody else (the kernel) adds up. */
    public void set(Counter counter, long total) {
        totals.set(counter.ordinal(), total);
    }

    public long get(Counter counter) {
        return totals.get(counter.ordinal());
    }
}
