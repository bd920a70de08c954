package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.imds.CallHandler;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.ConnectionHandler;
import dev.imdsanalyzer.tcp.Direction;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Brings each call together with its caller.
 *
 * <p>Stands before the HTTP stage to hear of connections at their SYN, when their processes surely still live, and behind
 * the IMDS stage to take the calls. Waits for callers on a thread of its own behind a bounded queue: a full queue costs
 * the line, never a packet, and is counted.
 */
final class CallJoiner implements ConnectionHandler, CallHandler, AutoCloseable {
    private record Pending(ImdsCall call, Attribution attribution) {}

    private static final Pending END = new Pending(null, null);

    private final ConnectionHandler next;
    private final Attributor attributor;
    private final BiConsumer<ImdsCall, Caller> taker;
    private final Counters counters;
    private final long waitNanos;
    private final Map<Long, Attribution> attributions = new HashMap<>();
    private final BlockingQueue<Pending> queue;
    private final Thread thread;

    /**
     * @param next the HTTP stage
     * @param taker takes each call with its caller, on this joiner's thread
     * @param waitNanos how long a call waits for its caller at most
     */
    CallJoiner(
            Function<CallHandler, ConnectionHandler> next,
            Attributor attributor,
            BiConsumer<ImdsCall, Caller> taker,
            int queueLength,
            long waitNanos,
            Counters counters) {
        this.next = next.apply(this);
        this.attributor = attributor;
        this.taker = taker;
        this.counters = counters;
        this.waitNanos = waitNanos;
        this.queue = new ArrayBlockingQueue<>(queueLength);
        this.thread = new Thread(this::join, "caller-join");
        thread.start();
    }

    @Override
    public void onOpen(Connection connection) {
        attributions.put(
                connection.id(),
                attributor.connectionOpened(connection.fourTuple(), connection.openedNanos(), connection.synSeen()));
        next.onOpen(connection);
    }

    @Override
    public int onBytes(
            Connection connection, Direction direction, byte[] buffer, int offset, int length, long timestampNanos) {
        return next.onBytes(connection, direction, buffer, offset, length, timestampNanos);
    }

    @Override
    public void onGap(Connection connection, Direction direction, long missingBytes, long timestampNanos) {
        next.onGap(connection, direction, missingBytes, timestampNanos);
    }

    @Override
    public void onEnd(Connection connection, Direction direction, long timestampNanos) {
        next.onEnd(connection, direction, timestampNanos);
    }

    @Override
    public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
        next.onClose(connection, reason, timestampNanos);
        attributions.remove(connection.id());
    }

    @Override
    public void onCall(ImdsCall call) {
        if (!queue.offer(new Pending(call, attributions.get(call.connectionId())))) {
            counters.increment(Counter.LINES_DROPPED);
        }
    }

    private void join() {
        try {
            for (Pending pending = queue.take(); pending != END; pending = queue.take()) {
                deliver(pending);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(Pending pending) throws InterruptedException {
        try {
            taker.accept(pending.call, pending.attribution.caller(waitNanos));
        } catch (RuntimeException e) {
            counters.increment(Counter.INTERNAL_ERRORS);
        }
    }

    /** Delivers what is queued, then ends the thread. The capture has ended before. */
    @Override
    public void close() throws InterruptedException {
        queue.put(END);
        thread.join();
    }
}
