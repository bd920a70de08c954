package dev.imdsanalyzer.tcp.segment;

import dev.imdsanalyzer.packet.TcpSegment;

/** Where a segment's payload lies in its stream. */
public final class PayloadRange {
    /** How far from the expected byte a segment may begin: beyond the windows and the responses that IMDS uses. */
    public static final int WINDOW_BYTES = 1 << 20;

    private PayloadRange() {}

    /** Sequence number of the first payload byte: a SYN takes one number itself. */
    public static int start(TcpSegment segment) {
        return segment.has(TcpSegment.SYN) ? segment.sequenceNumber + 1 : segment.sequenceNumber;
    }

    /** Sequence number behind the last payload byte, captured or not. */
    public static int end(TcpSegment segment) {
        // No segment is longer than this; a capture file may say so all the same.
        return start(segment) + segment.payloadLength + Math.min(segment.payloadMissing, WINDOW_BYTES);
    }
}
