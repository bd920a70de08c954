package dev.imdsanalyzer.output.file;

import java.time.LocalDate;
import java.util.function.LongSupplier;

/**
 * The two clocks that dated files go by.
 *
 * @param wallMillis ms since the epoch; may be set at any moment
 * @param monotonicNanos of {@link System#nanoTime}
 */
record FileClock(LongSupplier wallMillis, LongSupplier monotonicNanos) {
    static final FileClock SYSTEM = new FileClock(System::currentTimeMillis, System::nanoTime);

    private static final long MILLIS_PER_DAY = 86_400_000L;

    /** Today's number in UTC, counted from 1970-01-01. */
    long epochDay() {
        return Math.floorDiv(wallMillis.getAsLong(), MILLIS_PER_DAY);
    }

    LocalDate today() {
        return LocalDate.ofEpochDay(epochDay());
    }
}
