package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.output.line.call.Weight;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.status.Counters;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Brings each call together with its caller, in the order of the calls. Waits on a thread of its own behind a bounded
 * queue: a full queue costs the line, never a packet, and is counted.
 */
public final class CallJoiner implements AutoCloseable {
    /** After a stop so much is waited for all callers together: SIGTERM leaves five seconds in all. */
    private static final Duration STOP_WAIT = Duration.ofSeconds(1);

    /** After the last call that waits, so that those of the next milliseconds share one wake-up. */
    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

    /** With less room a pause might cost lines. */
    private static final int ROOM_FOR_A_PAUSE = 1024;

    private static final int IDLE_SECONDS = 1;

    /**
     * Of all calls that wait, in characters (see {@link Weight}): a path and a User-Agent may be as long as a request.
     * Their callers are not in it, which have a budget of their own, as long as these wait.
     */
    static final long MAX_WEIGHT = 4L * 1024 * 1024;

    /** @param answering who answered in the place of IMDS; null where IMDS may have */
    private record Pending(ImdsCall call, Attribution attribution, Attribution answering, int weight) {}

    /** Ends the thread: the only one without a call. */
    private static final Pending END = new Pending(null, null, null, 0);

    private final BiConsumer<ImdsCall, Caller> taker;
    private final Runnable lost;
    private final Counters counters;
    private final long waitNanos;
    private final BlockingQueue<Pending> queue;
    private final AtomicLong weight = new AtomicLong();
    private final Thread thread = new Thread(this::join, "caller-join");
    private volatile Runnable idle = () -> {};
    private volatile BooleanSupplier mayIdle = () -> true;
    private volatile boolean stopping;
    private volatile long stopDeadlineNanos;

    /**
     * @param taker takes each call with its caller, on this joiner's thread
     * @param lost is told of each call that finds the queue full
     * @param queueLength how many calls may wait
     * @param wait how long one call waits for its caller at most
     */
    public CallJoiner(
            BiConsumer<ImdsCall, Caller> taker, Runnable lost, int queueLength, Duration wait, Counters counters) {
        this.taker = taker;
        this.lost = lost;
        this.counters = counters;
        this.waitNanos = wait.toNanos();
        this.queue = new ArrayBlockingQueue<>(queueLength);
        thread.start();
    }

    /**
     * Has something looked at before each call and, where there is none, about once a second.
     *
     * @param task on this joiner's thread
     * @param nothingWaits whether it need not be looked at for now
     */
    public void whenIdle(Runnable task, BooleanSupplier nothingWaits) {
        mayIdle = nothingWaits;
        idle = task;
    }

    /** Queues a call, or loses it where the queue is full, in number or in weight. Never blocks; any thread. */
    public void add(ImdsCall call, Attribution attribution) {
        add(call, attribution, null);
    }

    /**
     * The same for a call that a process of this host may have answered.
     *
     * @param answering the look-up of that process; null where IMDS may have answered
     */
    public void add(ImdsCall call, Attribution attribution, Attribution answering) {
        Pending pending = new Pending(call, attribution, answering, Weight.of(call));
        if (attribution != null) {
            attribution.retain();
        }
        if (answering != null) {
            answering.retain();
        }
        if (weight.addAndGet(pending.weight) > MAX_WEIGHT || !queue.offer(pending)) {
            done(pending);
            lost.run();
        }
    }

    private void join() {
        // It only waits for what others look up.
        Capabilities.keepAtMost();
        for (Pending pending = take(); pending.call != null; pending = take()) {
            deliver(pending);
        }
    }

    /** An interrupt hurries a look-up; it must not cost what still waits here. */
    private Pending take() {
        idle.run();
        Pending next = queue.poll();
        if (next != null) {
            return next;
        }
        if (!stopping && queue.remainingCapacity() >= ROOM_FOR_A_PAUSE) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        Pending pending = null;
        while (pending == null) {
            try {
                pending = mayIdle.getAsBoolean() ? queue.take() : queue.poll(IDLE_SECONDS, TimeUnit.SECONDS);
                idle.run();
            } catch (InterruptedException e) {
                pending = null;
            }
        }
        return pending;
    }

    private void deliver(Pending pending) {
        try {
            Caller caller = caller(pending.attribution);
            taker.accept(pending.call, pending.answering == null ? caller : behind(caller(pending.answering), caller));
        } catch (RuntimeException e) {
            counters.survived(e);
        } finally {
            done(pending);
        }
    }

    private void done(Pending pending) {
        weight.addAndGet(-pending.weight);
        if (pending.attribution != null) {
            pending.attribution.release();
        }
        if (pending.answering != null) {
            pending.answering.release();
        }
    }

    private static Caller behind(Caller proxy, Caller caller) {
        CallerBuilder known = new CallerBuilder(caller).proxy(proxy.pid() < 0 ? null : proxy);
        return proxy.reason() == null
                ? known.build()
                : known.addReason("proxy: " + proxy.reason()).build();
    }

    private Caller caller(Attribution attribution) {
        if (attribution == null) {
            return Caller.unknown("the connection was closed before this call was understood");
        }
        long wait = stopping ? Math.min(waitNanos, Math.max(0, stopDeadlineNanos - System.nanoTime())) : waitNanos;
        while (true) {
            try {
                return attribution.caller(wait);
            } catch (InterruptedException e) {
                wait = 0;
            }
        }
    }

    /** Delivers what is queued, with the callers that are known within {@link #STOP_WAIT}. Nothing is added any more. */
    @Override
    public void close() {
        stopDeadlineNanos = System.nanoTime() + STOP_WAIT.toNanos();
        stopping = true;
        try {
            if (queue.offer(END, STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, stopDeadlineNanos - System.nanoTime()));
                thread.interrupt();
            } else {
                thread.interrupt();
                queue.put(END);
            }
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
