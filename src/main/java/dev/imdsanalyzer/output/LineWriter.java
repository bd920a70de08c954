package dev.imdsanalyzer.output;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * The thread that writes lines, in batches, each handed to the kernel as soon as it is whole: a kill loses no line that
 * waited longer than the batch before it.
 *
 * <p>If a batch cannot be written, what is left of it is tried again every second with a newly opened file, while the
 * queue fills and then refuses. What was lost meanwhile is told as soon as writing works again.
 */
final class LineWriter implements Runnable {
    private static final int BATCH_LINES = 256;
    private static final long RETRY_MILLISECONDS = 1000;
    private static final long LAST_RETRIES_MILLISECONDS = 100;
    private static final long TICK_NANOS = 1_000_000_000L;

    private final LineQueue queue;
    private final Appenders appenders;
    private final Counters counters;
    private final Runnable tick;
    private final Runnable whileWorking;
    private final LongConsumer lost;
    private final List<Line> batch = new ArrayList<>(BATCH_LINES);
    private final CountDownLatch stopSignal = new CountDownLatch(1);
    private EventAppender appender;
    private volatile boolean stopping;
    private volatile long giveUpNanos;
    private volatile boolean failing;

    /**
     * @param tick called about once a second while there is little to do
     * @param whileWorking called as often, and at the stop, unless writing fails
     * @param lost is told how many lines were given up
     */
    LineWriter(
            LineQueue queue,
            Appenders appenders,
            Counters counters,
            Runnable tick,
            Runnable whileWorking,
            LongConsumer lost) {
        this.queue = queue;
        this.appenders = appenders;
        this.counters = counters;
        this.tick = tick;
        this.whileWorking = whileWorking;
        this.lost = lost;
    }

    /** Opens the destination for the first time; false if it cannot be opened. */
    boolean open() {
        appender = appenders.open();
        failing = !appender.isStarted();
        return !failing;
    }

    @Override
    public void run() {
        try {
            while (!stopping || !queue.isEmpty()) {
                round();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            appender.discard();
            appenders.close();
        }
    }

    private void round() throws InterruptedException {
        try {
            queue.drain(batch, BATCH_LINES, TICK_NANOS);
            if (!batch.isEmpty()) {
                writeBatch();
            }
            if (!failing) {
                whileWorking.run();
            }
            if (!stopping) {
                tick.run();
            }
        } catch (RuntimeException e) {
            // Whatever it is, the lines that come after must still be written.
            counters.increment(Counter.INTERNAL_ERRORS);
            giveUp();
        }
    }

    private void writeBatch() throws InterruptedException {
        while (!batch.isEmpty()) {
            tryToWrite();
            failing = !batch.isEmpty();
            if (!failing) {
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
        int safe = (int) (appender.committed() - before);
        counters.add(Counter.LINES_WRITTEN, safe);
        batch.subList(0, safe).clear();
    }

    private boolean isTimeUp() {
        return stopping && System.nanoTime() - giveUpNanos >= 0;
    }

    private void giveUp() {
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

    /** Whether the newest attempt to write failed. */
    boolean failing() {
        return failing;
    }

    /** Writes what is in the queue and ends; what cannot be written within that time is given up and counted. */
    void stop(long withinNanos) {
        giveUpNanos = System.nanoTime() + withinNanos;
        stopping = true;
        stopSignal.countDown();
        queue.wake();
    }
}
