package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.capture.CaptureStatistics;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.kernel.Clock;
import dev.imdsanalyzer.kernel.ServiceManager;
import dev.imdsanalyzer.output.CaptureGap;
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
    /** The clock of boot time runs on while the machine sleeps, the monotonic one stands still. */
    private static final long SLEEP_NANOS = Duration.ofSeconds(1).toNanos();

    private final CaptureLoop capture;
    private final EventLog log;
    private final Coverage coverage;
    private final Counters counters;
    private final ServiceManager serviceManager;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "housekeeping");
        thread.setDaemon(true);
        return thread;
    });
    private volatile int summarySeconds;
    private volatile ConnectionWatch connections;
    private long nextSummaryNanos;
    private long endNanos = Long.MAX_VALUE;
    private Runnable atEnd = () -> {};
    private long dropsBefore;
    private long droppedInGap;
    private long gapStartNanos;
    private long clockDifference;
    private long tickWallNanos;

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
        this.counters = counters;
        this.serviceManager = serviceManager;
        this.summarySeconds = configuration.integer(Setting.OUTPUT_SUMMARY_SECONDS);
    }

    /** Whose number of open connections the summaries tell. */
    void follow(ConnectionWatch watch) {
        connections = watch;
    }

    /** Another distance of the summaries, from the next one on. */
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
        nextSummaryNanos = now + Duration.ofSeconds(summarySeconds).toNanos();
        if (durationSeconds > 0) {
            endNanos = now + Duration.ofSeconds(durationSeconds).toNanos();
            atEnd = end;
        }
        clockDifference = Clock.bootNanos() - now;
        tickWallNanos = Coverage.wallNanos();
        ScheduledFuture<?> unused = timer.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    private void tick() {
        try {
            long now = System.nanoTime();
            noteSleep(now);
            noteDrops();
            tickWallNanos = Coverage.wallNanos();
            if (now - nextSummaryNanos >= 0) {
                log.summary(coverage.take(connections == null ? 0 : connections.size()));
                nextSummaryNanos = now + Duration.ofSeconds(summarySeconds).toNanos();
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

    private void noteSleep(long now) {
        long difference = Clock.bootNanos() - now;
        long slept = difference - clockDifference;
        clockDifference = difference;
        if (slept >= SLEEP_NANOS) {
            long wall = Coverage.wallNanos();
            coverage.addSleep(slept / 1e9);
            log.captureGap(new CaptureGap(wall - slept, wall, "the machine slept", 0, 0));
        }
    }

    /** Seconds with drops in a row are one gap, told when it is over. */
    private void noteDrops() {
        CaptureStatistics statistics = capture.statistics();
        counters.set(Counter.KERNEL_DROPS, statistics.kernelDrops());
        counters.set(Counter.INTERFACE_DROPS, statistics.interfaceDrops());
        long dropped = statistics.kernelDrops() - dropsBefore;
        dropsBefore = statistics.kernelDrops();
        if (dropped > 0) {
            if (droppedInGap == 0) {
                gapStartNanos = tickWallNanos;
            }
            droppedInGap += dropped;
        } else if (droppedInGap > 0) {
            tellDrops();
        }
    }

    private void tellDrops() {
        coverage.addGap((tickWallNanos - gapStartNanos) / 1e9);
        log.captureGap(new CaptureGap(gapStartNanos, tickWallNanos, "the kernel dropped packets", droppedInGap, 0));
        droppedInGap = 0;
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
        noteDrops();
        if (droppedInGap > 0) {
            tickWallNanos = Coverage.wallNanos();
            tellDrops();
        }
    }
}
