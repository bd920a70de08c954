package dev.imdsanalyzer.process.connect;

import java.time.Instant;

/** The kernel's times in nanoseconds since the epoch. */
final class KernelTime {
    private KernelTime() {}

    /** The wall clock, ns since the epoch, at its full resolution. */
    static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /**
     * What the wall clock showed at a recent moment of CLOCK_MONOTONIC, which is what System.nanoTime() reads on Linux.
     * The distance is taken anew each time, as the wall clock may be set.
     */
    static long ofMonotonic(long monotonicNanos) {
        return now() - (System.nanoTime() - monotonicNanos);
    }
}
