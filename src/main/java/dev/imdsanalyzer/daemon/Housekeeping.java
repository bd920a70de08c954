package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.capture.CaptureStatistics;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.calls.ConnectionWatch;
import dev.imdsanalyzer.daemon.calls.LostConnects;
import dev.imdsanalyzer.daemon.calls.UnseenConnects;
import dev.imdsanalyzer.daemon.host.FaultFile;
import dev.imdsanalyzer.daemon.host.Footprint;
import dev.imdsanalyzer.daemon.host.ServiceNotices;
import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.output.EventLog;
import dev.imdsanalyzer.output.line.CaptureGap;
import dev.imdsanalyzer.output.line.HostFacts;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the capture on a thread of its own, once a second while there is traffic and every few seconds at rest: drops
 * of the kernel, connect events that it lost, sleep of the machine, summaries, lines that cannot be written, the service manager's watchdog.
 */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    /** A capture thread that has not moved for so long is stuck: the watchdog is not fed any more. */
    private static final long STUCK_NANOS = Duration.ofSeconds(20).toNanos();

    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

    /** At rest: each look costs, and nothing is missed but for a second or two. */
    private static final long REST_NANOS = Duration.ofSeconds(5).toNanos();

    /** So long after the last frame it is at rest. */
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final CaptureLoop capture;
    private final EventLog log;
    private final Coverage coverage;
    private final GapWatch gaps;
    private final Counters counters;
    private final ServiceNotices notices;
    private final OutputWatch output;
    private final HostFacts host;
    private final Supplier<LostConnects> lostConnects;
    private final Supplier<UnseenConnects> unseenConnects;
    private final Supplier<List<String>> schedules;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "housekeeping");
    private volatile int summarySeconds;
    private volatile ConnectionWatch connections;
    private final Footprint footprint = new Footprint();
    private final FaultFile faultFile;
    private long lastSummaryNanos;
    private long lastFrameNanos;
    private long framesBefore;
    private long endNanos = Long.MAX_VALUE;
    private Runnable atEnd = () -> {};

    Housekeeping(
            Configuration configuration,
            CaptureLoop capture,
            EventLog log,
            Coverage coverage,
            Counters counters,
            ServiceNotices notices,
            OutputWatch output,
            HostFacts host,
            Supplier<LostConnects> lostConnects,
            Supplier<UnseenConnects> unseenConnects,
            Supplier<List<String>> schedules) {
        this.capture = capture;
        this.log = log;
        this.coverage = coverage;
        this.gaps = new GapWatch(Clocks.SYSTEM, coverage, log::captureGap);
        this.counters = counters;
        this.notices = notices;
        this.output = output;
        this.host = host;
        this.lostConnects = lostConnects;
        this.unseenConnects = unseenConnects;
        this.faultFile = FaultFile.of(System.getenv(), counters.faults());
        this.schedules = schedules;
        thread.setDaemon(true);
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
        lastFrameNanos = now;
        if (durationSeconds > 0) {
            endNanos = now + Duration.ofSeconds(durationSeconds).toNanos();
            atEnd = end;
        }
        // Before the service says that it is ready: what the start alone needed goes first.
        footprint.trim(now);
        thread.start();
    }

    /** An error ends the thread and so the process. */
    private void run() {
        Capabilities.keepAtMost();
        try {
            while (!closed.await(pauseNanos(System.nanoTime()), TimeUnit.NANOSECONDS)) {
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long pauseNanos(long now) {
        if (now - lastFrameNanos < QUIET_NANOS) {
            return SECOND_NANOS;
        }
        long summary = lastSummaryNanos + Duration.ofSeconds(summarySeconds).toNanos() - now;
        long end = endNanos == Long.MAX_VALUE ? Long.MAX_VALUE : endNanos - now;
        long soonest = Math.min(Math.min(summary, end), Math.min(notices.tickNanos(), REST_NANOS));
        return Math.max(SECOND_NANOS, soonest);
    }

    private void tick() {
        try {
            long now = System.nanoTime();
            CaptureStatistics statistics = statistics();
            noteFrames(statistics, now);
            gaps.tick(statistics, lostConnects.get());
            output.tick();
            if (now - lastSummaryNanos >= Duration.ofSeconds(summarySeconds).toNanos()) {
                // At a first boot cloud-init names the host some time after our start.
                host.readNameAgain();
                tellUnseen(unseenConnects.get(), log);
                log.summary(coverage.take(connections == null ? 0 : connections.size()), schedules.get());
                lastSummaryNanos = now;
            }
            footprint.trim(now);
            faultFile.update(now);
            notices.tick(now, now - capture.lastMovedNanos() < STUCK_NANOS);
            if (endNanos != Long.MAX_VALUE && now - endNanos >= 0) {
                endNanos = Long.MAX_VALUE;
                atEnd.run();
            }
        } catch (RuntimeException e) {
            counters.survived(e);
            LOG.error("the housekeeping failed, it goes on", e);
        }
    }

    static void tellUnseen(UnseenConnects unseen, EventLog log) {
        if (unseen.count() > 0) {
            log.captureGap(CaptureGap.ofUnseenConnects(Clocks.SYSTEM.wallNanos(), unseen.count(), unseen.whose()));
        }
    }

    private void noteFrames(CaptureStatistics statistics, long now) {
        long frames = statistics.received() + statistics.kernelDrops();
        if (frames != framesBefore) {
            framesBefore = frames;
            lastFrameNanos = now;
        }
    }

    private CaptureStatistics statistics() {
        CaptureStatistics statistics = capture.statistics();
        counters.set(Counter.KERNEL_DROPS, statistics.kernelDrops());
        counters.set(Counter.LONG_PACKETS_CUT, statistics.cut());
        counters.set(Counter.INTERFACE_DROPS, statistics.interfaceDrops());
        return statistics;
    }

    /** Ends the thread; a gap that is still open is told. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(SECOND_NANOS / 1_000_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        gaps.end(statistics(), lostConnects.get());
    }
}
