package dev.imdsanalyzer.process.packages;

import java.util.function.LongSupplier;

/** A look-up has so much time and no more. */
final class Deadline {
    private final LongSupplier nanoTime;
    private final long endNanos;

    Deadline(long nanos) {
        this(nanos, System::nanoTime);
    }

    /** @param nanoTime as {@link System#nanoTime} */
    Deadline(long nanos, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        endNanos = nanoTime.getAsLong() + nanos;
    }

    boolean isOver() {
        return nanoTime.getAsLong() - endNanos >= 0;
    }
}
