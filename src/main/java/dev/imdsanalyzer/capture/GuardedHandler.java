package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a capture going when a later stage throws: the fault is counted as {@link Counter#INTERNAL_ERRORS}, and told
 * the first time and then each time that their number has grown tenfold. An error of the virtual machine passes, except
 * for a stack that overflowed.
 */
public final class GuardedHandler implements FrameHandler {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedHandler.class);

    private final FrameHandler handler;
    private final Counters counters;
    private long nextReport = 1;
    private long faults;

    public GuardedHandler(FrameHandler handler, Counters counters) {
        this.handler = handler;
        this.counters = counters;
    }

    @Override
    public void onFrame(Frame frame) {
        try {
            handler.onFrame(frame);
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            survived(e);
        }
    }

    @Override
    public void onIdle(long nowNanos) {
        try {
            handler.onIdle(nowNanos);
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            survived(e);
        }
    }

    private void survived(Throwable fault) {
        counters.survived(fault);
        faults++;
        if (faults >= nextReport) {
            nextReport *= 10;
            LOG.error("a packet caused a fault of this program, {} so far; the capture goes on", faults, fault);
        }
    }
}
