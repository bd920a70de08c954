package dev.imdsanalyzer.daemon;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the diagnostics when lines cannot be written, and when they can again: the lines themselves cannot tell while it
 * lasts. One thread.
 */
final class OutputWatch {
    private static final Logger LOG = LoggerFactory.getLogger(OutputWatch.class);

    private final String destination;
    private final BooleanSupplier failing;
    private final LongSupplier lost;
    private final Runnable readerGone;
    private boolean failedBefore;
    private long lostBefore;

    /**
     * @param destination as configured; {@code -} is standard output
     * @param failing whether the newest attempt to write failed
     * @param lost how many lines were lost so far
     * @param readerGone run once when standard output has no reader any more
     */
    OutputWatch(String destination, BooleanSupplier failing, LongSupplier lost, Runnable readerGone) {
        this.destination = destination;
        this.failing = failing;
        this.lost = lost;
        this.readerGone = readerGone;
    }

    /** Looks at what has changed since the last time. */
    void tick() {
        boolean fails = failing.getAsBoolean();
        if (fails == failedBefore) {
            // Lines that find the queue full are lost before the failure is seen.
            lostBefore = fails ? lostBefore : lost.getAsLong();
            return;
        }
        failedBefore = fails;
        if (!fails) {
            LOG.warn("lines are written to {} again, {} lost", destination, lost.getAsLong() - lostBefore);
        } else if (destination.equals("-")) {
            // Who read it has gone for good.
            readerGone.run();
        } else {
            LOG.error("lines cannot be written to {}: they wait, and are lost once the queue is full", destination);
        }
    }
}
