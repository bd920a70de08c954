package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.tcp.segment.PayloadRange;
import dev.imdsanalyzer.tcp.segment.SequenceNumber;
import dev.imdsanalyzer.tcp.stream.StreamAssembler;

/**
 * Whether a segment belongs to a connection of its four-tuple, and how well. The four-tuple alone does not tell: ports
 * are used again, and containers in different network namespaces may share an address. Sequence numbers do.
 */
final class SegmentFit {
    /** The cost of a segment that does not belong. */
    static final long NONE = Long.MAX_VALUE;

    /** If one of the two numbers is just the expected one, the capture may have lost as much as this of the other. */
    private static final int LARGEST_GAP_BYTES = 1 << 30;

    /** Sequence numbers being equally good, the connection that was seen on that interface is the right one. */
    private static final long ELSEWHERE_COST = 4L * PayloadRange.WINDOW_BYTES;

    private SegmentFit() {}

    /** What taking the segment into the flow's connection would stretch; {@link #NONE} if it cannot belong there. */
    static long cost(Flow<TrackedConnection> flow, TcpSegment segment, long now) {
        TrackedConnection connection = flow.connection;
        long cost =
                segment.has(TcpSegment.SYN) ? handshakeCost(connection, segment, now) : streamCost(connection, segment);
        if (cost == NONE || flow.wasSeenOn(segment.interfaceIndex)) {
            return cost;
        }
        return cost + ELSEWHERE_COST;
    }

    private static long handshakeCost(TrackedConnection connection, TcpSegment segment, long now) {
        Handshake<TrackedConnection> handshake = connection.handshake();
        if (handshake == null || connection.isClosedForHandshake(now)) {
            return NONE;
        }
        boolean same = segment.fromClient
                ? segment.sequenceNumber == handshake.initialSequenceNumber()
                : isAnswer(handshake, connection.requests(), segment);
        return same ? 0 : NONE;
    }

    /** A SYN's answer acknowledges the SYN and perhaps the payload in it. */
    private static boolean isAnswer(Handshake<?> handshake, StreamAssembler requests, TcpSegment synAck) {
        int beyondSyn = SequenceNumber.distance(handshake.initialSequenceNumber() + 1, synAck.acknowledgmentNumber);
        int sent = SequenceNumber.distance(handshake.initialSequenceNumber() + 1, requests.seenEnd());
        return beyondSyn >= 0 && beyondSyn <= Math.max(0, sent);
    }

    private static long streamCost(TrackedConnection connection, TcpSegment segment) {
        StreamAssembler own = connection.stream(segment);
        StreamAssembler peer = connection.peer(segment);
        boolean sequenceTells = own.isPositioned();
        boolean acknowledgmentTells = segment.has(TcpSegment.ACK) && peer.isPositioned();
        if (!sequenceTells && !acknowledgmentTells) {
            return NONE;
        }
        int sequence = sequenceTells ? SequenceNumber.distance(own.next(), segment.sequenceNumber) : 0;
        int acknowledgment =
                acknowledgmentTells ? SequenceNumber.distance(peer.next(), segment.acknowledgmentNumber) : 0;
        boolean near =
                isWithin(sequence, PayloadRange.WINDOW_BYTES) && isWithin(acknowledgment, PayloadRange.WINDOW_BYTES);
        boolean behindGap = (sequenceTells && sequence == 0 && isGap(acknowledgment))
                || (acknowledgmentTells && acknowledgment == 0 && isGap(sequence));
        if (!near && !behindGap) {
            return NONE;
        }
        return Math.abs((long) sequence) + Math.abs((long) acknowledgment) + (connection.isClosed() ? 1 : 0);
    }

    /**
     * Whether the receiver of a reset may believe it: near what it expects (whether just there, which it takes by RFC 5961
     * section 3.2, is known once the bytes before it were seen); in answer to a SYN, it must acknowledge that.
     */
    static boolean isAcceptableReset(TrackedConnection connection, TcpSegment reset) {
        StreamAssembler own = connection.stream(reset);
        if (own.isPositioned()) {
            return isWithin(SequenceNumber.distance(own.next(), reset.sequenceNumber), PayloadRange.WINDOW_BYTES);
        }
        Handshake<TrackedConnection> handshake = connection.handshake();
        return handshake == null
                || SequenceNumber.isBefore(handshake.initialSequenceNumber(), reset.acknowledgmentNumber);
    }

    private static boolean isWithin(int distance, int bound) {
        return -bound <= distance && distance <= bound;
    }

    private static boolean isGap(int distance) {
        return 0 <= distance && distance < LARGEST_GAP_BYTES;
    }
}
