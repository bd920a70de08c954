package dev.imdsanalyzer.capture;

import java.time.Instant;
import java.util.function.LongConsumer;

/**
 * A short pause before a frame that has only just come, in which others come too: then one wake-up serves them all, where
 * otherwise each has its own. A frame that is older has waited behind others; there are more behind it, and no pause is
 * due. So the faster frames come the fewer pauses there are, and in a burst none.
 *
 * <p>The capture thread's, but for {@link #allow}.
 */
final class FramePause {
    /** At 10 000 calls a second, each with a connection of its own, a third of the ring of default size. */
    static final long SHORT_NANOS = 4_000_000;

    /** Where few frames come: ten times as many would still fit into that ring. */
    static final long LONG_NANOS = 20_000_000;

    private static final int FEW_FRAMES = 150;

    private static final long FRESH_NANOS = 150_000;
    private static final long OFFSET_VALID_NANOS = 1_000_000_000;

    private final LongConsumer sleeper;
    private volatile boolean allowed;
    private int framesSincePause;
    private long wallOffsetNanos;
    private long offsetTakenNanos;
    private boolean offsetTaken;

    /** @param sleeper waits for so many nanoseconds */
    FramePause(LongConsumer sleeper) {
        this.sleeper = sleeper;
    }

    /** Whether frames may wait for one another; false at first. Any thread. */
    void allow(boolean mayPause) {
        allowed = mayPause;
    }

    /**
     * Pauses where that is due.
     *
     * @param capturedNanos when the frame was captured, nanoseconds since 1970
     * @return whether it did
     */
    boolean before(long capturedNanos) {
        if (!allowed) {
            return false;
        }
        long now = System.nanoTime();
        if (!offsetTaken || now - offsetTakenNanos > OFFSET_VALID_NANOS) {
            takeOffset(now);
        }
        // Negative where the wall clock was just set.
        long age = now + wallOffsetNanos - capturedNanos;
        boolean fresh = age >= 0 && age < FRESH_NANOS;
        if (fresh) {
            sleeper.accept(framesSincePause <= FEW_FRAMES ? LONG_NANOS : SHORT_NANOS);
            framesSincePause = 0;
        }
        framesSincePause++;
        return fresh;
    }

    /** From the monotonic clock, which is read without an object for each frame, to the wall clock of the frames. */
    private void takeOffset(long now) {
        Instant wall = Instant.now();
        wallOffsetNanos = wall.getEpochSecond() * 1_000_000_000L + wall.getNano() - now;
        offsetTakenNanos = now;
        offsetTaken = true;
    }
}
