package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.packet.TcpSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One direction's stream as the simplest program would put it together: an array, written where nothing is yet. */
final class StreamModel {
    final byte[] bytes;
    final boolean[] present;
    private final boolean fromClient;
    private final int initialSequenceNumber;
    private final Random random;

    StreamModel(boolean fromClient, int initialSequenceNumber, int length, Random random) {
        this.fromClient = fromClient;
        this.initialSequenceNumber = initialSequenceNumber;
        this.random = random;
        bytes = new byte[length];
        present = new boolean[length];
    }

    /** Segments that cover the stream, some of them twice or overlapping, in order; each with bytes of its own. */
    List<TcpSegment> segments(int largest, boolean sameBytesInOverlaps) {
        byte[] content = new byte[bytes.length];
        random.nextBytes(content);
        List<TcpSegment> segments = new ArrayList<>();
        int position = 0;
        while (position < bytes.length) {
            int length = Math.min(1 + random.nextInt(largest), bytes.length - position);
            segments.add(segment(position, length, content, sameBytesInOverlaps));
            int back = random.nextInt(4) == 0 ? random.nextInt(Math.min(position + length, 2 * largest)) : 0;
            position += length - (random.nextInt(3) == 0 ? Math.min(back, length - 1) : 0);
            if (back > 0) {
                int start = Math.max(0, position - back);
                segments.add(segment(start, Math.min(back, bytes.length - start), content, sameBytesInOverlaps));
            }
        }
        return segments;
    }

    /** What arrives first stays. */
    void arrive(TcpSegment segment) {
        int start = segment.sequenceNumber - (initialSequenceNumber + 1);
        for (int i = 0; i < segment.payloadLength; i++) {
            if (!present[start + i]) {
                present[start + i] = true;
                bytes[start + i] = segment.buffer[segment.payloadOffset + i];
            }
        }
    }

    private TcpSegment segment(int position, int length, byte[] content, boolean same) {
        TcpSegment segment = SegmentNotation.parse(fromClient ? "> ." : "< .");
        segment.sequenceNumber = initialSequenceNumber + 1 + position;
        byte[] payload = new byte[length];
        if (same) {
            System.arraycopy(content, position, payload, 0, length);
        } else {
            random.nextBytes(payload);
        }
        SegmentNotation.payload(segment, payload);
        return segment;
    }

    /** Moves each element by fewer than {@code window} places. */
    static <T> List<T> shuffledWithin(List<T> elements, int window, Random random) {
        record Placed<T>(T element, double place) {}
        List<Placed<T>> placed = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            placed.add(new Placed<>(elements.get(i), i + random.nextDouble() * window));
        }
        placed.sort((a, b) -> Double.compare(a.place(), b.place()));
        return placed.stream().map(Placed::element).toList();
    }
}
