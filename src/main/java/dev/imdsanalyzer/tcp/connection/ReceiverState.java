package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.TcpOptions;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.tcp.segment.Doubts;
import dev.imdsanalyzer.tcp.segment.PayloadRange;
import dev.imdsanalyzer.tcp.segment.SequenceNumber;
import dev.imdsanalyzer.tcp.stream.StreamAssembler;

/**
 * What is known of IMDS's end of a connection as the receiver of requests. Where the capture did not show enough, it is the
 * narrower guess: that costs a {@link Doubts doubt}, which the next acknowledgment removes.
 */
final class ReceiverState {
    /** Timestamps may go back by this much: TCP_PAWS_WINDOW of net/ipv4/tcp.h. */
    private static final int PAWS_WINDOW = 1;

    private boolean edgeKnown;
    /** Sequence number behind the receive window. */
    private int edge;

    private boolean timestampKnown;
    /** Whether the segment that had it was seen to have a right sum. */
    private boolean timestampVerified;
    /** TS.Recent of RFC 7323. */
    private int timestamp;

    private boolean acknowledgmentKnown;
    /** How far the client has acknowledged responses. */
    private int acknowledged;
    /** The largest window that the client offered, in bytes: max_window of struct tcp_sock. */
    private int largestWindow;

    /**
     * The bits of {@link Doubts} that a segment of the client, other than a SYN, has by its numbers.
     *
     * @param handshake null if the capture came in later
     * @param responses null if IMDS never sent anything
     */
    int doubts(TcpSegment segment, Handshake<?> handshake, StreamAssembler responses) {
        int doubts = Doubts.NONE;
        if (edgeKnown && SequenceNumber.isBefore(edge, PayloadRange.end(segment))) {
            doubts |= SequenceNumber.isBefore(edge, segment.sequenceNumber) ? Doubts.BEHIND_WINDOW : Doubts.WINDOW;
        }
        if (timestampKnown
                && segment.options.hasTimestamp
                && SequenceNumber.distance(segment.options.timestamp, timestamp) > PAWS_WINDOW
                && !Handshake.lacksTimestamps(handshake)) {
            doubts |= timestampVerified ? Doubts.TIMESTAMP : Doubts.UNSURE_TIMESTAMP;
        }
        return segment.has(TcpSegment.ACK) ? doubts | acknowledgmentDoubts(segment, responses) : doubts;
    }

    private int acknowledgmentDoubts(TcpSegment segment, StreamAssembler responses) {
        int number = segment.acknowledgmentNumber;
        // A capture of one direction alone does not show what IMDS sent.
        if (responses == null || !responses.isPositioned()) {
            return Doubts.NONE;
        }
        if (SequenceNumber.isBefore(responses.sentEnd(), number)) {
            return Doubts.UNSENT;
        }
        boolean old = acknowledgmentKnown && SequenceNumber.isBefore(number, acknowledged - largestWindow);
        return old || responses.isBeforeBeginning(number) ? Doubts.OLD_ACKNOWLEDGMENT : Doubts.NONE;
    }

    /** Takes note of a segment of the client that IMDS took. */
    void noteClient(TcpSegment segment, StreamAssembler requests, Handshake<?> handshake) {
        boolean advances = !timestampKnown || SequenceNumber.isBefore(timestamp, segment.options.timestamp);
        if (segment.options.hasTimestamp
                && advances
                && (!requests.isPositioned() || !SequenceNumber.isBefore(requests.next(), segment.sequenceNumber))) {
            timestampKnown = true;
            timestampVerified = segment.checksum == Checksum.RIGHT;
            timestamp = segment.options.timestamp;
        }
        largestWindow = Math.max(largestWindow, window(segment, handshake));
        if (segment.has(TcpSegment.ACK)) {
            acknowledged = acknowledgmentKnown
                    ? SequenceNumber.last(acknowledged, segment.acknowledgmentNumber)
                    : segment.acknowledgmentNumber;
            acknowledgmentKnown = true;
        }
    }

    /** Takes note of a segment of IMDS. */
    void noteServer(TcpSegment segment, Handshake<?> handshake) {
        if (segment.has(TcpSegment.ACK)) {
            int told = segment.acknowledgmentNumber + window(segment, handshake);
            edge = edgeKnown ? SequenceNumber.last(edge, told) : told;
            edgeKnown = true;
        }
    }

    private static int window(TcpSegment segment, Handshake<?> handshake) {
        int scale = segment.has(TcpSegment.SYN) || handshake == null ? 0 : handshake.scale(segment.fromClient);
        return scale == TcpOptions.NO_SCALE ? segment.window : segment.window << scale;
    }
}
