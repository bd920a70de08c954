package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.capture.CaptureSettings;
import dev.imdsanalyzer.capture.CaptureStatistics;
import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.FrameHandler;
import dev.imdsanalyzer.capture.LiveSource;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.output.CaptureGap;
import dev.imdsanalyzer.output.EventLog;
import dev.imdsanalyzer.status.Counters;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a live capture going: a device that goes away is waited for and opened again, and the time without it is told as
 * a gap.
 */
final class CaptureLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureLoop.class);
    private static final int LONGEST_PAUSE_SECONDS = 5;

    private final Configuration configuration;
    private final Counters counters;
    private final Clocks clocks;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile LiveSource source;
    private volatile boolean open = true;
    private volatile boolean mayDelay;
    private volatile CaptureStatistics before = new CaptureStatistics(0, 0, 0);
    private volatile long lastMovedNanos = System.nanoTime();

    private CaptureLoop(Configuration configuration, Counters counters, Clocks clocks) throws CaptureException {
        this.configuration = configuration;
        this.counters = counters;
        this.clocks = clocks;
        this.source = openSource();
    }

    /** Opens the device. */
    static CaptureLoop open(Configuration configuration, Counters counters) throws CaptureException {
        return new CaptureLoop(configuration, counters, Clocks.SYSTEM);
    }

    private LiveSource openSource() throws CaptureException {
        LiveSource opened = LiveSource.open(
                new CaptureSettings(
                        configuration.text(Setting.CAPTURE_INTERFACE),
                        configuration.integer(Setting.CAPTURE_BUFFER),
                        CaptureSettings.DEFAULT_SNAP_LENGTH),
                counters);
        opened.mayDelay(mayDelay);
        return opened;
    }

    /** As {@link LiveSource#mayDelay}, also for later openings of the device. Before {@link #run}. */
    void mayDelay(boolean allowed) {
        mayDelay = allowed;
        source.mayDelay(allowed);
    }

    /** Captures until {@link #stop}, on the calling thread. */
    void run(FrameHandler handler, EventLog log, Coverage coverage) throws CaptureException, InterruptedException {
        FrameHandler moving = new Moving(handler);
        while (stopped.getCount() > 0) {
            try {
                source.run(moving);
                return;
            } catch (CaptureException e) {
                if (e.kind() != CaptureException.Kind.UNAVAILABLE) {
                    throw e;
                }
                LOG.warn("{}; waiting for the device", e.getMessage());
                coverage.beginGap();
                long lostNanos = clocks.monotonicNanos();
                awaitDevice(moving);
                coverage.endGap();
                long length = clocks.monotonicNanos() - lostNanos;
                String reason = "the device went away: " + e.getMessage();
                log.captureGap(CaptureGap.until(clocks.wallNanos(), length, reason, 0, 0));
            }
        }
    }

    /** Returns once the device is open again, or at the stop. Meanwhile the stages go on to see the time pass. */
    private void awaitDevice(FrameHandler handler) throws InterruptedException {
        before = statistics();
        open = false;
        source.close();
        int pause = 1;
        int waited = 0;
        while (!stopped.await(1, TimeUnit.SECONDS)) {
            handler.onIdle(clocks.wallNanos());
            waited++;
            if (waited < pause) {
                continue;
            }
            waited = 0;
            try {
                source = openSource();
                open = true;
                LOG.info("the device is back");
                return;
            } catch (CaptureException e) {
                pause = Math.min(2 * pause, LONGEST_PAUSE_SECONDS);
            }
        }
    }

    /** Ends {@link #run}; any thread. */
    void stop() {
        stopped.countDown();
        source.stop();
    }

    /** Of all openings of the device together. */
    CaptureStatistics statistics() {
        if (!open) {
            return before;
        }
        CaptureStatistics now = source.statistics();
        return new CaptureStatistics(
                before.received() + now.received(),
                before.kernelDrops() + now.kernelDrops(),
                before.interfaceDrops() + now.interfaceDrops());
    }

    /** When the capture thread last came round, by {@link System#nanoTime}; it does once a second without traffic too. */
    long lastMovedNanos() {
        return lastMovedNanos;
    }

    @Override
    public void close() {
        source.close();
    }

    private final class Moving implements FrameHandler {
        private final FrameHandler handler;

        private Moving(FrameHandler handler) {
            this.handler = handler;
        }

        @Override
        public void onFrame(Frame frame) {
            handler.onFrame(frame);
        }

        @Override
        public void onIdle(long nowNanos) {
            lastMovedNanos = System.nanoTime();
            handler.onIdle(nowNanos);
        }
    }
}
