package dev.imdsanalyzer.process.packages;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The time that all callers together may wait for packages: a tenth of it at most. Times are those of {@link System#nanoTime}.
 * Any thread.
 */
final class WaitAllowance {
    /** Each wait has to be paid for with so many times its length. */
    private static final int PRICE = 10;

    /** So much time is saved while nobody waits, so that many short waits may follow one another. */
    private static final long SAVED_NANOS = 1_000_000_000L;

    /** Up to there the time is paid out. */
    private final AtomicLong spentNanos;

    WaitAllowance(long now) {
        spentNanos = new AtomicLong(now);
    }

    boolean mayWait(long now) {
        return now - spentNanos.get() >= 0;
    }

    void pay(long waitedNanos, long now) {
        long saved = now - SAVED_NANOS;
        spentNanos.updateAndGet(spent -> (spent - saved > 0 ? spent : saved) + PRICE * waitedNanos);
    }
}
