package dev.imdsanalyzer.capture;

/**
 * When {@link FrameHandler#onIdle} is due: once a second, and at rest, when nothing waits for a response any more, every
 * few seconds. Times are of {@link System#nanoTime}.
 */
final class IdleTicks {
    static final long TICK_NANOS = 1_000_000_000L;
    static final long REST_NANOS = 5 * TICK_NANOS;

    /** Longer than requests wait for their responses by default. */
    static final int QUIET_TICKS = 15;

    private long lastNanos;
    private boolean frames;
    private int quietTicks;

    IdleTicks(long nowNanos) {
        lastNanos = nowNanos;
    }

    /** A frame came: a rest is over. */
    void frame() {
        frames = true;
    }

    /** Nanoseconds until the next one is due; 0 or less where it is. */
    long untilNext(long nowNanos) {
        boolean resting = quietTicks >= QUIET_TICKS && !frames;
        return lastNanos + (resting ? REST_NANOS : TICK_NANOS) - nowNanos;
    }

    /** It happens now. */
    void tick(long nowNanos) {
        lastNanos = nowNanos;
        quietTicks = frames ? 0 : quietTicks + 1;
        frames = false;
    }
}
