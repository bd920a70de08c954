package dev.imdsanalyzer.output.file;

import java.time.Duration;
import java.time.LocalDate;

/** Two clocks that stand still until they are set. */
final class SetFileClock {
    private long wallMillis;
    private long monotonicNanos;

    FileClock clock() {
        return new FileClock(() -> wallMillis, () -> monotonicNanos);
    }

    /** What somebody does to the wall clock; no time passes. */
    void set(LocalDate date) {
        wallMillis = Duration.ofDays(date.toEpochDay()).toMillis();
    }

    /** Both clocks go on. */
    void pass(Duration time) {
        wallMillis += time.toMillis();
        monotonicNanos += time.toNanos();
    }
}
