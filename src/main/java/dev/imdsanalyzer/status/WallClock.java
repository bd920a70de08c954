package dev.imdsanalyzer.status;

import java.time.Instant;

/** The time of day, which may be set at any moment: for what a line tells, never for measuring how long something took. */
public final class WallClock {
    private WallClock() {}

    /** Nanoseconds since 1970-01-01T00:00:00Z, at the clock's full resolution. */
    public static long nanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
