package dev.imdsanalyzer.daemon;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the diagnostics when lines cannot be written, and when they can again: the lines themselves cannot tell while it
 * lasts. One thread.
 */
final class OutputWatch {
    private static final Logger LOG = LoggerFactory.getLogger(OutputWatch.class);

    private final String destination;
    private final Supplier<String> failure;
    private final LongSupplier lost;
    private final Runnable readerGone;
    private boolean failedBefore;
    private long lostBefore;
    private long failedSinceNanos;

    /**
     * @param destination as configured; {@code -} is standard output
     * @param failure why the newest attempt to write failed; null if it did not
     * @param lost how many lines were lost so far
     * @param readerGone run once when standard output has no reader any more
     */
    OutputWatch(String destination, Supplier<String> failure, LongSupplier lost, Runnable readerGone) {
        this.destination = destination;
        this.failure = failure;
        this.lost = lost;
        this.readerGone = readerGone;
    }

    /** Looks at what has changed since the last time. */
    void tick() {
        String reason = failure.get();
        boolean fails = reason != null;
        if (fails == failedBefore) {
            // Lines that find the queue full are lost before the failure is seen.
            lostBefore = fails ? lostBefore : lost.getAsLong();
            return;
        }
        failedBefore = fails;
        if (!fails) {
            long seconds =
                    Duration.ofNanos(System.nanoTime() - failedSinceNanos).toSeconds();
            LOG.warn(
                    "lines are written to {} again after {} s, {} lost",
                    destination,
                    seconds,
                    lost.getAsLong() - lostBefore);
            lostBefore = lost.getAsLong();
        } else if (destination.equals("-")) {
            // Who read it has gone for good.
            readerGone.run();
        } else {
            failedSinceNanos = System.nanoTime();
            LOG.error(
                    "lines cannot be written to {}: {}; they wait, and are lost once the queue is full",
                    destination,
                    reason);
        }
    }
}
