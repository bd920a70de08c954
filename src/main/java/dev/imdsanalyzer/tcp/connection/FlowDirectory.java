package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.tcp.buffer.IntrusiveList;
import dev.imdsanalyzer.tcp.segment.ObservationPoint;
import dev.imdsanalyzer.tcp.segment.PayloadRange;
import dev.imdsanalyzer.tcp.segment.SequenceNumber;
import dev.imdsanalyzer.tcp.stream.StreamAssembler;

/**
 * Finds a segment's connection: by its four-tuple and sequence numbers, or, where the four-tuple is new, by what
 * masquerade leaves alone. Masquerade changes the client's address and port; sequence numbers stay.
 */
final class FlowDirectory {
    /** A four-tuple has one living connection, its late predecessors, and twins in other network namespaces. */
    private static final int MOST_CONNECTIONS_OF_A_TUPLE = 8;

    /** Four-tuples of one connection: before and behind each masquerade. */
    private static final int MOST_TUPLES_OF_A_CONNECTION = 4;

    /** A SYN passes the host in far less; a repeated one starts this time anew. */
    private static final long SAME_HANDSHAKE_NANOS = 3_000_000_000L;

    private static final long SAME_SEGMENT_NANOS = 1_000_000_000L;

    /** How many of the last active connections to compare with a segment of an unknown connection. */
    private static final int RECENT_CONNECTIONS = 32;

    private final FlowTable<Flow<TrackedConnection>> byTuple;
    private final FlowTable<Handshake<TrackedConnection>> byHandshake;

    FlowDirectory(int connections) {
        byTuple = new FlowTable<>(connections);
        byHandshake = new FlowTable<>(connections);
    }

    /** The best match among the connections seen under the segment's four-tuple, or null. */
    Flow<TrackedConnection> find(TcpSegment segment, long now) {
        Flow<TrackedConnection> best = null;
        long lowestCost = SegmentFit.NONE;
        for (Flow<TrackedConnection> flow = byTuple.first(FlowKey.ofTuple(segment));
                flow != null;
                flow = byTuple.next(flow)) {
            if (flow.matches(segment)) {
                long cost = SegmentFit.cost(flow, segment, now);
                if (cost < lowestCost) {
                    lowestCost = cost;
                    best = flow;
                }
            }
        }
        return best;
    }

    /** The connection seen under another four-tuple whose handshake this is too, or null. */
    TrackedConnection findByHandshake(TcpSegment segment, long now) {
        int initial = initialSequenceNumber(segment);
        Handshake<TrackedConnection> handshake = byHandshake.first(FlowKey.ofHandshake(segment, initial));
        while (handshake != null) {
            TrackedConnection connection = handshake.connection;
            if (now - handshake.newestNanos() <= SAME_HANDSHAKE_NANOS
                    && connection.flows().hasServerOf(segment)
                    && connection.flowCount() < MOST_TUPLES_OF_A_CONNECTION
                    && !connection.isClosedForHandshake(now)
                    && (segment.fromClient ? isElsewhere(connection, segment) : isSameAnswer(connection, segment))) {
                return connection;
            }
            handshake = byHandshake.next(handshake);
        }
        return null;
    }

    /** The connection whose newest segment this is too, seen under another four-tuple, or null. */
    TrackedConnection findByNewestSegment(
            TcpSegment segment, IntrusiveList.Node<TrackedConnection> mostRecent, long now) {
        IntrusiveList.Node<TrackedConnection> node = mostRecent;
        for (int i = 0; i < RECENT_CONNECTIONS && node != null; i++) {
            TrackedConnection connection = node.element();
            if (now - connection.activeAt > SAME_SEGMENT_NANOS) {
                return null;
            }
            ObservationPoint point = connection.stream(segment).observationPoint();
            if (point != null
                    && point.isSightOfNewest(segment)
                    && connection.flows().hasServerOf(segment)
                    && connection.flowCount() < MOST_TUPLES_OF_A_CONNECTION
                    && !(segment.fromClient && !isElsewhere(connection, segment))) {
                return connection;
            }
            node = node.previous();
        }
        return null;
    }

    /** Enters the segment's four-tuple as one of the connection's. */
    Flow<TrackedConnection> add(TrackedConnection connection, TcpSegment segment) {
        Flow<TrackedConnection> flow = new Flow<>(connection, segment);
        flow.note(segment);
        byTuple.add(FlowKey.ofTuple(segment), flow);
        connection.addFlow(flow);
        return flow;
    }

    /** Enters the connection by its handshake, in place of an older one with the same numbers. */
    Handshake<TrackedConnection> addHandshake(TrackedConnection connection, TcpSegment segment) {
        int initial = initialSequenceNumber(segment);
        long key = FlowKey.ofHandshake(segment, initial);
        Handshake<TrackedConnection> older = byHandshake.first(key);
        if (older != null) {
            byHandshake.remove(older);
        }
        Handshake<TrackedConnection> handshake = new Handshake<>(connection, initial);
        byHandshake.add(key, handshake);
        connection.setHandshake(handshake);
        return handshake;
    }

    void remove(TrackedConnection connection) {
        for (Flow<TrackedConnection> flow = connection.flows(); flow != null; flow = flow.nextOfConnection) {
            byTuple.remove(flow);
        }
        if (connection.handshake() != null) {
            byHandshake.remove(connection.handshake());
        }
    }

    /** The connection that has to make way for another one of the segment's four-tuple, or null. */
    TrackedConnection crowdedOut(TcpSegment segment) {
        int count = 0;
        TrackedConnection least = null;
        for (Flow<TrackedConnection> flow = byTuple.first(FlowKey.ofTuple(segment));
                flow != null;
                flow = byTuple.next(flow)) {
            TrackedConnection connection = flow.connection;
            if (least == null || worth(connection) <= worth(least)) {
                least = connection;
            }
            count++;
        }
        return count < MOST_CONNECTIONS_OF_A_TUPLE ? null : least;
    }

    /** Whether the client sent bytes in it that none of the four-tuple's connections near them has had. */
    boolean isNews(TcpSegment segment) {
        for (Flow<TrackedConnection> flow = byTuple.first(FlowKey.ofTuple(segment));
                flow != null;
                flow = byTuple.next(flow)) {
            if (flow.matches(segment) && !flow.connection.isNews(segment)) {
                return false;
            }
        }
        return true;
    }

    private static int worth(TrackedConnection connection) {
        return connection.isClosed() ? 0 : connection.isAnswered() ? 2 : 1;
    }

    /**
     * An open connection whose port is used anew, as IMDS answers the SYN of a later one; or null. One on another interface
     * is a twin.
     *
     * @param answered the later connection
     */
    TrackedConnection replacedBy(TcpSegment synAck, TrackedConnection answered) {
        for (Flow<TrackedConnection> flow = byTuple.first(FlowKey.ofTuple(synAck));
                flow != null;
                flow = byTuple.next(flow)) {
            TrackedConnection connection = flow.connection;
            if (connection.id() < answered.id()
                    && flow.matches(synAck)
                    && !connection.isClosed()
                    && flow.wasSeenOn(synAck.interfaceIndex)) {
                return connection;
            }
        }
        return null;
    }

    /** Whether an open connection that IMDS has answered bears the segment's four-tuple where it was seen. */
    boolean isTaken(TcpSegment segment) {
        for (Flow<TrackedConnection> flow = byTuple.first(FlowKey.ofTuple(segment));
                flow != null;
                flow = byTuple.next(flow)) {
            if (flow.matches(segment)
                    && !flow.connection.isClosed()
                    && flow.connection.isAnswered()
                    && flow.wasSeenOn(segment.interfaceIndex)) {
                return true;
            }
        }
        return false;
    }

    private static int initialSequenceNumber(TcpSegment segment) {
        return segment.fromClient ? segment.sequenceNumber : segment.acknowledgmentNumber - 1;
    }

    /** Whether the segment is seen where the connection was not: a packet comes by each place once. */
    private static boolean isElsewhere(TrackedConnection connection, TcpSegment segment) {
        for (Flow<TrackedConnection> flow = connection.flows(); flow != null; flow = flow.nextOfConnection) {
            if (flow.clientTimeToLive == segment.timeToLive && flow.wasSeenOn(segment.interfaceIndex)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSameAnswer(TrackedConnection connection, TcpSegment synAck) {
        StreamAssembler responses = connection.responses();
        if (!responses.isPositioned()) {
            return true;
        }
        int delivered = SequenceNumber.distance(synAck.sequenceNumber + 1, responses.next());
        return delivered >= 0 && delivered <= PayloadRange.WINDOW_BYTES;
    }
}
