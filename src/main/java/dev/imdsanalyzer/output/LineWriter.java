package dev.imdsanalyzer.output;

import dev.imdsanalyzer.output.file.Appenders;
import dev.imdsanalyzer.output.file.EventAppender;
import dev.imdsanalyzer.output.file.FileInUseException;
import dev.imdsanalyzer.output.line.Line;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * The thread that writes lines. The first line after a quiet time is written at once; those that follow on its heels come
 * together for {@link #GATHER_NANOS} and cost one wake-up and one write. A kill loses no line that is older than that and
 * the batch before it.
 *
 * <p>If a batch cannot be written, what is left of it is tried again every second with a newly opened file, while the
 * queue fills and then refuses. What was lost meanwhile is told as soon as writing works again.
 */
final class LineWriter implements Runnable {
    private static final int BATCH_LINES = 256;
    /** More wait for no others: they would outlive the JVM's young generation, and cost more than a batch. */
    private static final int GATHER_LINES = 64;

    private static final long RETRY_MILLISECONDS = 1000;
    private static final long LAST_RETRIES_MILLISECONDS = 100;
    private static final long TICK_NANOS = 1_000_000_000L;
    /** No person sees the delay, and at 1000 lines a second fifty share what a batch costs. */
    private static final long GATHER_NANOS = 50_000_000L;

    /** A line and {@link #stop} end a wait; idle, nothing else is to be done. */
    private static final long LONG_WAIT_NANOS = 3_600_000_000_000L;

    private final LineQueue queue;
    private final Appenders appenders;
    private final Counters counters;
    private final BooleanSupplier tick;
    private final Runnable whileWorking;
    private final LongConsumer lost;
    private final List<Line> batch = new ArrayList<>(BATCH_LINES);
    private final CountDownLatch stopSignal = new CountDownLatch(1);
    private EventAppender appender;
    private long gatherUntilNanos = System.nanoTime();
    private boolean ticking = true;
    private volatile boolean stopping;
    private volatile long giveUpNanos;
    /** Null while writing works. */
    private volatile String failure;

    private volatile boolean writing;
    /** When this thread last came round, by {@link System#nanoTime}. */
    private volatile long movedNanos = System.nanoTime();

    /**
     * @param tick called after each batch, and about once a second for as long as it says yes
     * @param whileWorking called after each batch, each {@link LineQueue#wake} and at the stop, unless writing fails
     * @param lost is told how many lines were given up
     */
    LineWriter(
            LineQueue queue,
            Appenders appenders,
            Counters counters,
            BooleanSupplier tick,
            Runnable whileWorking,
            LongConsumer lost) {
        this.queue = queue;
        this.appenders = appenders;
        this.counters = counters;
        this.tick = tick;
        this.whileWorking = whileWorking;
        this.lost = lost;
    }

    /**
     * Opens the destination for the first time.
     *
     * @throws FileInUseException if another process writes there
     */
    void open() throws IOException {
        if (appenders.inUse()) {
            throw new FileInUseException(appenders.path());
        }
        appender = appenders.open();
        failure = appender.isStarted() ? null : appender.reason();
        if (appender.failure() != null) {
            throw appender.failure();
        }
    }

    @Override
    public void run() {
        try {
            roundsUntilStopped();
            if (failure == null) {
                // What was lost after the last round has no line yet.
                whileWorking.run();
                roundsUntilStopped();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            queue.end();
            appender.discard();
            appenders.close();
        }
    }

    private void roundsUntilStopped() throws InterruptedException {
        while (!stopping || !queue.isEmpty()) {
            round();
        }
    }

    private void round() throws InterruptedException {
        try {
            queue.gather(GATHER_LINES, gatherUntilNanos);
            queue.drain(batch, BATCH_LINES, ticking ? TICK_NANOS : LONG_WAIT_NANOS);
            movedNanos = System.nanoTime();
            if (!batch.isEmpty()) {
                writing = true;
                writeBatch();
                writing = false;
                gatherUntilNanos = System.nanoTime() + GATHER_NANOS;
            }
            if (failure == null) {
                whileWorking.run();
            }
            if (!stopping) {
                ticking = tick.getAsBoolean();
            }
        } catch (RuntimeException e) {
            // Whatever it is, the lines that come after must still be written.
            counters.survived(e);
            giveUp();
        }
    }

    private void writeBatch() throws InterruptedException {
        while (!batch.isEmpty()) {
            tryToWrite();
            movedNanos = System.nanoTime();
            failure = batch.isEmpty() ? null : appender.reason();
            if (failure == null) {
                return;
            }
            // A pipe whose reader has gone will not come back.
            if (isTimeUp() || !appenders.mayRecover()) {
                giveUp();
                return;
            }
            waitForRetry();
        }
    }

    /** Takes out of the batch what is safe now. */
    private void tryToWrite() {
        if (!appender.isStarted() || !appender.isInPlace()) {
            appender.discard();
            appender = appenders.open();
        }
        if (!appender.isStarted()) {
            return;
        }
        long before = appender.committed();
        for (Line line : batch) {
            appender.doAppend(line);
        }
        appender.commit();
        List<Line> safe = batch.subList(0, (int) (appender.committed() - before));
        IdentityHashMap<Line, Exception> withoutText = appender.takeUnencodable();
        for (Line line : safe) {
            if (withoutText.containsKey(line)) {
                counters.survived(withoutText.get(line));
                lost.accept(Math.max(1, line.calls()));
            } else {
                counters.increment(Counter.LINES_WRITTEN);
            }
        }
        safe.clear();
    }

    private boolean isTimeUp() {
        return stopping && System.nanoTime() - giveUpNanos >= 0;
    }

    private void giveUp() {
        writing = false;
        for (Line line : batch) {
            lost.accept(Math.max(1, line.calls()));
        }
        batch.clear();
    }

    private void waitForRetry() throws InterruptedException {
        boolean stopped = stopSignal.await(RETRY_MILLISECONDS, TimeUnit.MILLISECONDS);
        if (stopped) {
            Thread.sleep(LAST_RETRIES_MILLISECONDS);
        }
    }

    /** Why the newest attempt to write failed; null if it did not. */
    String failure() {
        return failure;
    }

    /**
     * For how long lines have waited without this thread coming round, ns; 0 if none wait. A disk that refuses is tried
     * every second and so lets it come round; one that answers nothing, or a pipe that nobody reads, does not.
     */
    long stuckNanos() {
        long now = System.nanoTime();
        long moved = movedNanos;
        long since = writing ? moved : queue.waitingSinceNanos(now);
        return Math.max(0, Math.min(now - since, now - moved));
    }

    /** Writes what is in the queue and ends; what cannot be written within that time is given up and counted. */
    void stop(long withinNanos) {
        giveUpNanos = System.nanoTime() + withinNanos;
        stopping = true;
        stopSignal.countDown();
        queue.wake();
    }
}
