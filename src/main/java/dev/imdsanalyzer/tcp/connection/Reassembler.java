package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.packet.PacketHandler;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.ConnectionHandler;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.segment.Doubts;
import dev.imdsanalyzer.tcp.stream.ReassemblyContext;
import dev.imdsanalyzer.tcp.stream.StreamAssembler;

/**
 * Makes connections out of segments. Takes them in any order and any number of times, from any number of interfaces,
 * before and behind masquerade; hands on each connection once, and each of its bytes once.
 *
 * <p>Everything in it is bounded by {@link ReassemblyLimits}. Its clock is the capture's timestamps. Confined to the
 * capture thread; the handler is called on it and must not call back.
 */
public final class Reassembler implements PacketHandler {
    private final ReassemblyContext context;
    private final ConnectionHandler handler;
    private final Counters counters;
    private final CaptureClock clock = new CaptureClock();
    private final FlowDirectory directory;
    private final ConnectionAges ages;
    private long lastId;

    public Reassembler(ReassemblyLimits limits, ConnectionHandler handler, Counters counters) {
        this.context = new ReassemblyContext(limits, handler, counters);
        this.handler = handler;
        this.counters = counters;
        directory = new FlowDirectory(limits.connections());
        ages = new ConnectionAges(limits);
    }

    @Override
    public void onSegment(TcpSegment segment) {
        long now = clock.advance(segment.timestampNanos);
        if (isSane(segment)) {
            onSegment(segment, now);
        }
        // Not before: this may be just the segment that somebody waits for.
        expire(now, segment.timestampNanos);
    }

    private void onSegment(TcpSegment segment, long now) {
        Flow<TrackedConnection> flow = directory.find(segment, now);
        if (flow == null) {
            flow = enter(segment, now);
        }
        if (flow != null && flow.connection.isClosed() && directory.isNews(segment)) {
            // It did not close, or not for its other end: a reset or an end that did not count, or it was idle for
            // long.
            flow = reopen(segment, flow.connection.beganNanos(), now);
        }
        if (flow == null) {
            return;
        }
        flow.connection.noteSight(segment);
        if (flow.isForeign(segment)) {
            counters.increment(Counter.SEGMENTS_FOREIGN);
            return;
        }
        TrackedConnection connection = flow.connection;
        int doubts = DoubtRules.of(connection, flow, segment);
        if (!Doubts.areCertain(doubts)) {
            flow.note(segment);
        }
        if (connection.isClosed()) {
            takeLate(connection, flow, segment, doubts, now);
        } else {
            take(connection, flow, segment, doubts, now);
        }
    }

    @Override
    public void onTimeExceeded(TcpSegment quoted) {
        long now = clock.advance(quoted.timestampNanos);
        Flow<TrackedConnection> flow = directory.find(quoted, now);
        if (flow != null) {
            flow.connection.setTimeExceeded();
        }
    }

    @Override
    public void onIdle(long nowNanos) {
        expire(clock.advance(nowNanos), nowNanos);
    }

    /**
     * Ends every connection, after handing on what can be.
     *
     * @param nowNanos the end of the capture, nanoseconds since 1970-01-01T00:00:00Z
     */
    public void close(long nowNanos) {
        long now = clock.advance(nowNanos);
        for (TrackedConnection c = ages.oldestOpen(); c != null; c = ages.oldestOpen()) {
            close(c, CloseReason.CAPTURE_ENDED, nowNanos, now);
        }
        for (TrackedConnection c = ages.oldest(); c != null; c = ages.oldest()) {
            forget(c);
        }
    }

    /** Memory that holds stream bytes now, in bytes. */
    long bufferedBytes() {
        return context.buffers().borrowedBytes();
    }

    /** A SYN comes from the client, its answer from IMDS; neither resets. */
    private static boolean isSane(TcpSegment segment) {
        return !segment.has(TcpSegment.SYN)
                || (segment.fromClient != segment.has(TcpSegment.ACK) && !segment.has(TcpSegment.RST));
    }

    /** The flow of a four-tuple that none of its known connections explains, or null where there is nothing in it. */
    private Flow<TrackedConnection> enter(TcpSegment segment, long now) {
        boolean syn = segment.has(TcpSegment.SYN);
        if (!syn && ((segment.payloadLength == 0 && segment.payloadMissing == 0) || segment.has(TcpSegment.RST))) {
            return null;
        }
        if (!syn && segment.fromClient && directory.isTaken(segment)) {
            // IMDS knows this connection, and nothing of the numbers in the segment. If it answers, it counts.
            counters.increment(Counter.SEGMENTS_DOUBTFUL);
            return null;
        }
        makeRoomForTuple(segment, now);
        TrackedConnection known = syn ? directory.findByHandshake(segment, now) : findByNewestSegment(segment, now);
        return known != null ? directory.add(known, segment) : open(segment, Long.MIN_VALUE, now);
    }

    private TrackedConnection findByNewestSegment(TcpSegment segment, long now) {
        TrackedConnection found = directory.findByNewestSegment(segment, ages.newestAnswered(), now);
        if (found == null) {
            found = directory.findByNewestSegment(segment, ages.newestUnanswered(), now);
        }
        return found != null ? found : directory.findByNewestSegment(segment, ages.newestClosed(), now);
    }

    private Flow<TrackedConnection> reopen(TcpSegment segment, long beganNanos, long now) {
        makeRoomForTuple(segment, now);
        return open(segment, beganNanos, now);
    }

    private void makeRoomForTuple(TcpSegment segment, long now) {
        TrackedConnection crowdedOut = directory.crowdedOut(segment);
        if (crowdedOut != null) {
            evict(crowdedOut, segment.timestampNanos, now);
        }
    }

    /** IMDS answered the SYN of a connection: what had its ports before is gone. A SYN alone may be anybody's. */
    private void closeReplaced(TrackedConnection answered, TcpSegment synAck, long now) {
        TrackedConnection replaced = directory.replacedBy(synAck, answered);
        while (replaced != null) {
            close(replaced, CloseReason.REPLACED, synAck.timestampNanos, now);
            replaced = directory.replacedBy(synAck, answered);
        }
    }

    /** @param beganNanos when it began, unless this segment is its SYN */
    private Flow<TrackedConnection> open(TcpSegment segment, long beganNanos, long now) {
        if (ages.size() >= context.limits().connections()) {
            evict(ages.oldest(), segment.timestampNanos, now);
        }
        boolean syn = segment.has(TcpSegment.SYN);
        TrackedConnection connection = new TrackedConnection(
                ++lastId, segment.timestampNanos, syn ? segment.timestampNanos : beganNanos, context);
        Flow<TrackedConnection> flow = directory.add(connection, segment);
        if (syn) {
            directory.addHandshake(connection, segment);
        }
        ages.touch(connection, now);
        counters.increment(Counter.CONNECTIONS);
        handler.onOpen(connection);
        return flow;
    }

    private void take(
            TrackedConnection connection, Flow<TrackedConnection> flow, TcpSegment segment, int doubts, long now) {
        if (!segment.fromClient) {
            connection.setAnswered();
        }
        ages.touch(connection, now);
        if (segment.has(TcpSegment.RST)) {
            if (doubts == Doubts.NONE) {
                takeReset(connection, segment, now);
            }
            return;
        }
        if (segment.has(TcpSegment.SYN)) {
            takeHandshake(connection, segment, now);
        }
        if (doubts == Doubts.NONE) {
            if (segment.has(TcpSegment.ACK)) {
                takeAcknowledgment(connection, segment);
            }
            connection.noteTaken(segment);
        }
        connection.stream(segment).accept(segment, flow, connection.peer(segment), doubts);
        connection.deliverWaiting();
        if (connection.isFinished()) {
            close(connection, CloseReason.FINISHED, segment.timestampNanos, now);
        } else if (connection.isWaiting()) {
            connection.noteWaiting(now);
            ages.checkAt(connection, now + context.reorderNanos());
        }
    }

    private void takeHandshake(TrackedConnection connection, TcpSegment segment, long now) {
        if (!segment.fromClient) {
            closeReplaced(connection, segment, now);
        }
        connection.handshake().seen(segment, now);
        connection.stream(segment).begin(segment.sequenceNumber + 1);
        if (!segment.fromClient) {
            connection.requests().begin(connection.handshake().initialSequenceNumber() + 1);
            connection.requests().answerSyn(segment.acknowledgmentNumber);
        }
    }

    private static void takeAcknowledgment(TrackedConnection connection, TcpSegment segment) {
        StreamAssembler acknowledged = connection.peer(segment);
        if (!acknowledged.isPositioned() && segment.fromClient) {
            Handshake<TrackedConnection> handshake = connection.handshake();
            // The client's first segment behind its SYN acknowledges the answer to it and nothing more.
            if (handshake != null && segment.sequenceNumber == handshake.initialSequenceNumber() + 1) {
                acknowledged.begin(segment.acknowledgmentNumber);
            } else {
                acknowledged.join(segment.acknowledgmentNumber);
            }
        }
        acknowledged.acknowledge(segment.acknowledgmentNumber);
    }

    private void takeReset(TrackedConnection connection, TcpSegment reset, long now) {
        if (SegmentFit.isAcceptableReset(connection, reset)) {
            connection.setReset(reset, now);
            ages.checkAt(connection, now + context.reorderNanos());
        }
    }

    /** A closed connection still learns whether its response arrived and how often it was sent. */
    private void takeLate(
            TrackedConnection connection, Flow<TrackedConnection> flow, TcpSegment segment, int doubts, long now) {
        if (segment.has(TcpSegment.ACK) && !segment.has(TcpSegment.RST) && doubts == Doubts.NONE) {
            connection.peer(segment).acknowledge(segment.acknowledgmentNumber);
        }
        connection.stream(segment).acceptLate(segment, flow);
        if (!segment.fromClient && segment.payloadLength > 0) {
            ages.linger(connection, now);
        }
    }

    private void expire(long now, long timestampNanos) {
        for (TrackedConnection c = ages.nextCheck(now); c != null; c = ages.nextCheck(now)) {
            check(c, now, timestampNanos);
        }
        for (TrackedConnection c = ages.nextIdle(now); c != null; c = ages.nextIdle(now)) {
            if (c.mayWaitOn()) {
                ages.touch(c, now);
            } else {
                close(c, CloseReason.IDLE, timestampNanos, now);
            }
        }
        for (TrackedConnection c = ages.nextLingered(now); c != null; c = ages.nextLingered(now)) {
            forget(c);
        }
    }

    private void check(TrackedConnection connection, long now, long timestampNanos) {
        connection.giveUpLate(now);
        if (connection.isFinished()) {
            close(connection, CloseReason.FINISHED, timestampNanos, now);
        } else if (connection.isResetDue(now) && connection.takeResetDue()) {
            close(connection, CloseReason.RESET, timestampNanos, now);
        } else if (connection.isWaiting()) {
            connection.noteWaiting(now);
            ages.checkAt(connection, now + context.reorderNanos());
        }
    }

    private void evict(TrackedConnection connection, long timestampNanos, long now) {
        if (!connection.isClosed()) {
            counters.increment(Counter.CONNECTIONS_EVICTED);
            close(connection, CloseReason.EVICTED, timestampNanos, now);
        }
        forget(connection);
    }

    private void close(TrackedConnection connection, CloseReason reason, long timestampNanos, long now) {
        connection.flush();
        connection.setClosed(now);
        ages.close(connection, now);
        handler.onClose(connection, reason, timestampNanos);
        connection.shrink();
    }

    private void forget(TrackedConnection connection) {
        directory.remove(connection);
        ages.forget(connection);
    }
}
