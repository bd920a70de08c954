package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.capture.CaptureSettings;
import dev.imdsanalyzer.capture.CaptureStatistics;
import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.FrameHandler;
import dev.imdsanalyzer.capture.LiveSource;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.host.ServiceNotices;
import dev.imdsanalyzer.output.EventLog;
import dev.imdsanalyzer.output.line.CaptureGap;
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
    /** Why there was no device at the start; null where there was one. */
    private final String missing;

    private volatile boolean mayDelay;
    private volatile Openings openings;
    private volatile long lastMovedNanos = System.nanoTime();

    /**
     * Replaced as a whole, so that whoever asks for figures never sees those of one opening twice, or not at all.
     *
     * @param source null while there is no device
     * @param before of all earlier openings together
     */
    private record Openings(LiveSource source, CaptureStatistics before) {
        CaptureStatistics statistics() {
            if (source == null) {
                return before;
            }
            CaptureStatistics now = source.statistics();
            return new CaptureStatistics(
                    before.received() + now.received(),
                    before.kernelDrops() + now.kernelDrops(),
                    before.cut() + now.cut(),
                    before.interfaceDrops() + now.interfaceDrops());
        }
    }

    private CaptureLoop(Configuration configuration, Counters counters, Clocks clocks, boolean waits)
            throws CaptureException {
        this.configuration = configuration;
        this.counters = counters;
        this.clocks = clocks;
        LiveSource first = null;
        String reason = null;
        try {
            first = openSource();
        } catch (CaptureException e) {
            if (!waits || !e.deviceMayCome()) {
                throw e;
            }
            reason = e.getMessage();
        }
        missing = reason;
        openings = new Openings(first, new CaptureStatistics(0, 0, 0, 0));
    }

    /**
     * Opens the device.
     *
     * @param waits whether {@link #run} waits for a device that is not there yet, or down. A service does: it starts before
     *     the network is up. For a person at a terminal it is a name misspelt.
     */
    static CaptureLoop open(Configuration configuration, Counters counters, boolean waits) throws CaptureException {
        return new CaptureLoop(configuration, counters, Clocks.SYSTEM, waits);
    }

    private String device() {
        return configuration.text(Setting.CAPTURE_INTERFACE);
    }

    private LiveSource openSource() throws CaptureException {
        LiveSource opened = LiveSource.open(
                new CaptureSettings(
                        device(), configuration.integer(Setting.CAPTURE_BUFFER), CaptureSettings.DEFAULT_SNAP_LENGTH),
                counters);
        opened.mayDelay(mayDelay);
        return opened;
    }

    /** As {@link LiveSource#mayDelay}, also for later openings of the device. Before {@link #run}. */
    void mayDelay(boolean allowed) {
        mayDelay = allowed;
        LiveSource source = openings.source();
        if (source != null) {
            source.mayDelay(allowed);
        }
    }

    /**
     * Captures until {@link #stop}, on the calling thread; tells the service manager while there is no device. What was captured
     * by then is gone through, also where the stop came first: a command that is watched may be over in no time.
     */
    void run(FrameHandler handler, EventLog log, Coverage coverage, ServiceNotices notices)
            throws InterruptedException {
        FrameHandler moving = new Moving(handler);
        if (missing != null) {
            CaptureGap gap = awaitDevice(missing, "the device was not there yet: ", moving, coverage, notices);
            log.captureGap(gap);
        }
        // None where the stop came while the device was waited for.
        for (LiveSource source = openings.source(); source != null; source = openings.source()) {
            if (stopped.getCount() == 0) {
                source.stop();
            }
            try {
                source.run(moving);
                return;
            } catch (CaptureException e) {
                log.captureGap(awaitDevice(e.getMessage(), "the device went away: ", moving, coverage, notices));
            }
        }
    }

    /** Returns once the device is open again, or at the stop, with the time without it. */
    private CaptureGap awaitDevice(
            String why, String reasonStart, FrameHandler handler, Coverage coverage, ServiceNotices notices)
            throws InterruptedException {
        LOG.warn("{}; waiting for the device", why);
        notices.tell("STATUS=Waiting for the device " + device() + ": no call is seen");
        coverage.beginGap();
        long lostNanos = clocks.monotonicNanos();
        reopen(handler);
        coverage.endGap();
        notices.tell("STATUS=Capturing on " + device());
        long length = clocks.monotonicNanos() - lostNanos;
        return CaptureGap.until(clocks.wallNanos(), length, reasonStart + why, 0, 0);
    }

    /** Tries again and again. Meanwhile the stages go on to see the time pass. */
    private void reopen(FrameHandler handler) throws InterruptedException {
        Openings gone = openings;
        openings = new Openings(null, gone.statistics());
        if (gone.source() != null) {
            gone.source().close();
        }
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
                openings = new Openings(openSource(), openings.before());
                LOG.info("the device is {}", gone.source() == null ? "there" : "back");
                return;
            } catch (CaptureException e) {
                pause = Math.min(2 * pause, LONGEST_PAUSE_SECONDS);
            }
        }
    }

    /** Ends {@link #run}; any thread. */
    void stop() {
        stopped.countDown();
        LiveSource source = openings.source();
        if (source != null) {
            source.stop();
        }
    }

    /** Of all openings of the device together. */
    CaptureStatistics statistics() {
        return openings.statistics();
    }

    /** When the capture thread last came round, by {@link System#nanoTime}; it does every few seconds without traffic too. */
    long lastMovedNanos() {
        return lastMovedNanos;
    }

    @Override
    public void close() {
        LiveSource source = openings.source();
        if (source != null) {
            source.close();
        }
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
