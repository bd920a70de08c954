package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.tcp.segment.Doubts;

/** Finds the {@link Doubts} about a segment. */
final class DoubtRules {
    private DoubtRules() {}

    static int of(TrackedConnection connection, Flow<TrackedConnection> flow, TcpSegment segment) {
        int doubts = segment.checksum == Checksum.WRONG && connection.isChecksumTelling(segment.fromClient)
                ? Doubts.CHECKSUM
                : Doubts.NONE;
        if (!segment.fromClient) {
            return doubts;
        }
        if (segment.options.signed || segment.networkOptions) {
            doubts |= Doubts.OPTIONS;
        }
        if (flow.lacksTimeToLive(segment)) {
            doubts |= Doubts.TIME_TO_LIVE;
        }
        if (segment.has(TcpSegment.SYN)) {
            return segment.payloadLength > 0 ? doubts | Doubts.SYN_PAYLOAD : doubts;
        }
        if (!segment.has(TcpSegment.ACK) && !segment.has(TcpSegment.RST)) {
            doubts |= Doubts.NO_ACKNOWLEDGMENT;
        }
        return doubts | connection.receiverDoubts(segment);
    }
}
