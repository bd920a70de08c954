package dev.imdsanalyzer.output.file;

import java.time.Duration;

/** Tells whether the wall clock can be trusted with the age of files, by the clock that nobody can set. One thread. */
final class StepWatch {
    /** More than any clock drifts between two looks, less than anything that matters for files of whole days. */
    private static final long STEP_MILLIS = Duration.ofMinutes(10).toMillis();

    /** A clock that was set wrong is mostly set right within this. */
    private static final long MISTRUST_NANOS = Duration.ofDays(1).toNanos();

    private final FileClock clock;
    private long wallMillis;
    private long monotonicNanos;
    private boolean stepped;
    private long steppedNanos;

    StepWatch(FileClock clock) {
        this.clock = clock;
        this.wallMillis = clock.wallMillis().getAsLong();
        this.monotonicNanos = clock.monotonicNanos().getAsLong();
    }

    /** Looks at both clocks; false if the wall clock was set since the last look or within a day before it. */
    boolean steady() {
        long wall = clock.wallMillis().getAsLong();
        long monotonic = clock.monotonicNanos().getAsLong();
        long moved =
                wall - wallMillis - Duration.ofNanos(monotonic - monotonicNanos).toMillis();
        wallMillis = wall;
        monotonicNanos = monotonic;
        if (Math.abs(moved) > STEP_MILLIS) {
            stepped = true;
            steppedNanos = monotonic;
        }
        stepped = stepped && monotonic - steppedNanos < MISTRUST_NANOS;
        return !stepped;
    }
}
