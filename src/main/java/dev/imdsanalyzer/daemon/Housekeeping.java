package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.capture.CaptureStatistics;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.kernel.ServiceManager;
import dev.imdsanalyzer.output.EventLog;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the capture once a second on a thread of its own: drops of the kernel, sleep of the machine, summaries, the
 * service manager's watchdog.
 */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    /** A capture thread that has not moved for so long is stuck: the watchdog is not fed any more. */
    private static final long STUCK_NANOS = Duration.ofSeconds(20).toNanos();

    private static final long TRIM_NANOS = Duration.ofMinutes(1).toNanos();

    private final CaptureLoop capture;
    private final EventLog log;
    private final Coverage coverage;
    private final GapWatch gaps;
    private final Counters counters;
    private final ServiceManager serviceManager;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Runnable unprivileged = () -> {
            Capabilities.keepAtMost();
            task.run();
        };
        Thread thread = new Thread(unprivileged, "housekeeping");
        thread.setDaemon(true);
        return thread;
    });
    private volatile int summarySeconds;
    private volatile ConnectionWatch connections;
    private final Footprint footprint = new Footprint();
    private long lastSummaryNanos;
    private long lastTrimNanos;
    private long endNanos = Long.MAX_VALUE;
    private Runnable atEnd = () -> {};

    Housekeeping(
            Configuration configuration,
            CaptureLoop capture,
            EventLog log,
            Coverage coverage,
            Counters counters,
            ServiceManager serviceManager) {
        this.capture = capture;
        this.log = log;
        this.coverage = coverage;
        this.gaps = new GapWatch(Clocks.SYSTEM, coverage, log::captureGap);
        this.counters = counters;
        this.serviceManager = serviceManager;
        this.summarySeconds = configuration.integer(Setting.OUTPUT_SUMMARY_SECONDS);
    }

    /** Whose number of open connections the summaries tell. */
    void follow(ConnectionWatch watch) {
        connections = watch;
    }

    /** Another distance of the summaries, from the last one on. */
    void summaryEvery(int seconds) {
        summarySeconds = seconds;
    }

    /**
     * Begins.
     *
     * @param durationSeconds after which {@code end} is run; 0 for never
     */
    void start(long durationSeconds, Runnable end) {
        long now = System.nanoTime();
        lastSummaryNanos = now;
        lastTrimNanos = now;
        timer.execute(footprint::trim);
        if (durationSeconds > 0) {
            endNanos = now + Duration.ofSeconds(durationSeconds).toNanos();
            atEnd = end;
        }
        ScheduledFuture<?> unused = timer.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    private void tick() {
        try {
            long now = System.nanoTime();
            gaps.tick(statistics());
            if (now - lastSummaryNanos >= Duration.ofSeconds(summarySeconds).toNanos()) {
                log.summary(coverage.take(connections == null ? 0 : connections.size()));
                lastSummaryNanos = now;
            }
            if (now - lastTrimNanos >= TRIM_NANOS) {
                footprint.trim();
                lastTrimNanos = now;
            }
            if (now - capture.lastMovedNanos() < STUCK_NANOS) {
                serviceManager.tell("WATCHDOG=1");
            }
            if (endNanos != Long.MAX_VALUE && now - endNanos >= 0) {
                endNanos = Long.MAX_VALUE;
                atEnd.run();
            }
        } catch (RuntimeException e) {
            counters.increment(Counter.INTERNAL_ERRORS);
            LOG.error("the housekeeping failed, it goes on", e);
        }
    }

    private CaptureStatistics statistics() {
        CaptureStatistics statistics = capture.statistics();
        counters.set(Counter.KERNEL_DROPS, statistics.kernelDrops());
        counters.set(Counter.INTERFACE_DROPS, statistics.interfaceDrops());
        return statistics;
    }

    /** Ends the thread; a gap that is still open is told. */
    @Override
    public void close() {
        timer.shutdown();
        try {
            timer.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        gaps.end(statistics());
    }
}
