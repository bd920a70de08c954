package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BiConsumer;

/**
 * Brings each call together with its caller, in the order of the calls. Waits on a thread of its own behind a bounded
 * queue: a full queue costs the line, never a packet, and is counted.
 */
final class CallJoiner implements AutoCloseable {
    private record Pending(ImdsCall call, Attribution attribution) {}

    /** Ends the thread: the only one without a call. */
    private static final Pending END = new Pending(null, null);

    private final BiConsumer<ImdsCall, Caller> taker;
    private final Counters counters;
    private final long waitNanos;
    private final BlockingQueue<Pending> queue;
    private final Thread thread = new Thread(this::join, "caller-join");

    /**
     * @param taker takes each call with its caller, on this joiner's thread
     * @param queueLength how many calls may wait
     * @param wait how long one call waits for its caller at most
     */
    CallJoiner(BiConsumer<ImdsCall, Caller> taker, int queueLength, Duration wait, Counters counters) {
        this.taker = taker;
        this.counters = counters;
        this.waitNanos = wait.toNanos();
        this.queue = new ArrayBlockingQueue<>(queueLength);
        thread.start();
    }

    /** Queues a call. Never blocks; any thread. */
    void add(ImdsCall call, Attribution attribution) {
        if (!queue.offer(new Pending(call, attribution))) {
            counters.increment(Counter.LINES_DROPPED);
        }
    }

    private void join() {
        try {
            for (Pending pending = queue.take(); pending.call != null; pending = queue.take()) {
                deliver(pending);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(Pending pending) throws InterruptedException {
        try {
            Attribution attribution = pending.attribution;
            taker.accept(
                    pending.call,
                    attribution == null
                            ? Caller.unknown("the connection was closed before this call was understood")
                            : attribution.caller(waitNanos));
        } catch (RuntimeException e) {
            counters.increment(Counter.INTERNAL_ERRORS);
        }
    }

    /** Delivers what is queued, then ends the thread. Nothing is added any more. */
    @Override
    public void close() {
        try {
            queue.put(END);
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
