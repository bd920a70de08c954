package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.output.Interval;
import java.time.Instant;

/**
 * How long the capture really watched, for the summaries: the proof that a quiet log means no calls. Lengths are by the
 * monotonic clock, so that a step of the wall clock changes none.
 */
final class Coverage {
    private static final double NANOS_PER_SECOND = 1e9;

    private long sinceWallNanos;
    private long sinceMonotonicNanos;
    private double gapSeconds;
    private double sleptSeconds;

    Coverage() {
        sinceWallNanos = wallNanos();
        sinceMonotonicNanos = System.nanoTime();
    }

    /** Now, nanoseconds since the epoch. */
    static long wallNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** So much of the time since the last summary was not watched, or not wholly. */
    synchronized void addGap(double seconds) {
        gapSeconds += seconds;
    }

    /** The machine slept for so long; the monotonic clock stood still meanwhile. */
    synchronized void addSleep(double seconds) {
        sleptSeconds += seconds;
    }

    /** The time since the last call of this method, or since the start; begins the next one. */
    synchronized Interval take(long openFlows) {
        long wall = wallNanos();
        long monotonic = System.nanoTime();
        double seconds = (monotonic - sinceMonotonicNanos) / NANOS_PER_SECOND;
        double gap = Math.min(gapSeconds, seconds);
        Interval interval = new Interval(sinceWallNanos, wall, seconds - gap, gap + sleptSeconds, openFlows);
        sinceWallNanos = wall;
        sinceMonotonicNanos = monotonic;
        gapSeconds = 0;
        sleptSeconds = 0;
        return interval;
    }
}
