package dev.imdsanalyzer.packet;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps copies of what a decoder found, since the segment itself is used again. */
final class RecordingHandler implements PacketHandler {
    /** One segment as values. */
    record Seen(
            FourTuple fourTuple,
            boolean fromClient,
            int interfaceIndex,
            int timeToLive,
            int sequenceNumber,
            int flags,
            String payload,
            int missing) {}

    final List<Seen> segments = new ArrayList<>();
    final List<Seen> timeExceeded = new ArrayList<>();
    final List<Long> idle = new ArrayList<>();

    @Override
    public void onSegment(TcpSegment segment) {
        segments.add(copy(segment));
    }

    @Override
    public void onTimeExceeded(TcpSegment quoted) {
        timeExceeded.add(copy(quoted));
    }

    @Override
    public void onIdle(long nowNanos) {
        idle.add(nowNanos);
    }

    private static Seen copy(TcpSegment segment) {
        return new Seen(
                segment.fourTuple(),
                segment.fromClient,
                segment.interfaceIndex,
                segment.timeToLive,
                segment.sequenceNumber,
                segment.flags,
                new String(segment.buffer, segment.payloadOffset, segment.payloadLength, StandardCharsets.ISO_8859_1),
                segment.payloadMissing);
    }
}
