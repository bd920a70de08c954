package dev.imdsanalyzer.daemon.schedules;

import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.kernel.Capability;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the host's schedules at the start and then once a day, on a thread of its own: a file system may answer nobody. */
public final class ScheduleWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleWatch.class);
    private static final long PERIOD_HOURS = 24;

    private final Path root;
    private final Counters counters;
    private final AtomicReference<List<String>> untold = new AtomicReference<>(List.of());
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "schedules");

    /** @param root where the host's files begin */
    public ScheduleWatch(Path root, Counters counters) {
        this.root = root;
        this.counters = counters;
        thread.setDaemon(true);
    }

    /** Begins; the thread has what the calling one may do, as far as it needs it. */
    public void start() {
        thread.start();
    }

    private void run() {
        // Users' tables are readable by root alone.
        Capabilities.keepAtMost(Capability.CAP_DAC_READ_SEARCH);
        try {
            do {
                read();
            } while (!closed.await(PERIOD_HOURS, TimeUnit.HOURS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void read() {
        try {
            HostSchedules schedules = HostSchedules.read(root);
            counters.add(Counter.SCHEDULES_LEFT_OUT, schedules.leftOut());
            untold.set(schedules.entries());
        } catch (RuntimeException e) {
            counters.survived(e);
            LOG.error("the host's schedules could not be read, the rest goes on", e);
        }
    }

    /** What was read since this was last asked; empty where that is nothing. Any thread. */
    public List<String> take() {
        return untold.getAndSet(List.of());
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
