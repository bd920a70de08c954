package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.status.ClockDistance;
import dev.imdsanalyzer.status.WallClock;

/** The kernel's times in nanoseconds since the epoch. */
final class KernelTime {
    private KernelTime() {}

    /**
     * What the wall clock showed at a recent moment of CLOCK_MONOTONIC, which is what System.nanoTime() reads on Linux.
     * The distance is taken anew each time, as the wall clock may be set.
     */
    static long ofMonotonic(long monotonicNanos) {
        return ClockDistance.between(WallClock::nanos, System::nanoTime) + monotonicNanos;
    }
}
