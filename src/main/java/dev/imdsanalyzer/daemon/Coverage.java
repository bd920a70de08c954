package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.output.line.summary.Interval;

/**
 * How long the capture really watched, for the summaries: the proof that a quiet log means no calls. Lengths are by the
 * monotonic clock, so that a step of the wall clock changes none. Any thread.
 */
final class Coverage {
    private static final double NANOS_PER_SECOND = 1e9;

    /** The wall clock is also slewed, and read a moment apart from the other one; what is more was a step. */
    private static final long STEP_NANOS = 1_000_000_000L;

    private final Clocks clocks;
    private final boolean complete;
    private long sinceWallNanos;
    private long sinceMonotonicNanos;
    private long gapNanos;
    private long sleptNanos;
    private long unwatchedNanos;
    private boolean blind;
    private long blindSinceNanos;

    Coverage(Clocks clocks) {
        this(clocks, true);
    }

    /** @param complete false where only some calls are told: then no time is proven, however well it was watched */
    Coverage(Clocks clocks, boolean complete) {
        this.clocks = clocks;
        this.complete = complete;
        sinceWallNanos = clocks.wallNanos();
        sinceMonotonicNanos = clocks.monotonicNanos();
    }

    /** So much of the time since the last summary was not watched, or not wholly. */
    synchronized void addGap(long nanos) {
        gapNanos += nanos;
        unwatchedNanos += nanos;
    }

    /** From now on nothing is watched; a summary meanwhile counts it as a gap up to then. */
    synchronized void beginGap() {
        blind = true;
        blindSinceNanos = clocks.monotonicNanos();
    }

    /** What {@link #beginGap} began is over. */
    synchronized void endGap() {
        addGapUpTo(clocks.monotonicNanos());
        blind = false;
    }

    private void addGapUpTo(long monotonicNanos) {
        if (blind) {
            gapNanos += monotonicNanos - blindSinceNanos;
            unwatchedNanos += monotonicNanos - blindSinceNanos;
            blindSinceNanos = monotonicNanos;
        }
    }

    /** The machine slept for so long; the monotonic clock stood still meanwhile. */
    synchronized void addSleep(long nanos) {
        sleptNanos += nanos;
        unwatchedNanos += nanos;
    }

    /** Seconds since the start that were not watched, or not wholly; as of the last {@link #take}. */
    synchronized double unwatchedSeconds() {
        return unwatchedNanos / NANOS_PER_SECOND;
    }

    /** The time since the last call of this method, or since the start; begins the next one. */
    synchronized Interval take(long openFlows) {
        long wall = clocks.wallNanos();
        long monotonic = clocks.monotonicNanos();
        addGapUpTo(monotonic);
        long elapsed = monotonic - sinceMonotonicNanos;
        long gap = complete ? Math.min(gapNanos, elapsed) : elapsed;
        Interval interval = new Interval(
                start(wall, elapsed + sleptNanos),
                wall,
                (elapsed - gap) / NANOS_PER_SECOND,
                (gap + sleptNanos) / NANOS_PER_SECOND,
                openFlows);
        sinceWallNanos = wall;
        sinceMonotonicNanos = monotonic;
        gapNanos = 0;
        sleptNanos = 0;
        return interval;
    }

    /**
     * Where the last interval ended, so that there is no hole; but where the wall clock was set back, no interval may be
     * shorter than it was, or end before it began.
     */
    private long start(long wall, long lengthNanos) {
        long byWall = wall - sinceWallNanos;
        return byWall < 0 || byWall < lengthNanos - STEP_NANOS ? wall - lengthNanos : sinceWallNanos;
    }
}
