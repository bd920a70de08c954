package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.packet.TcpSegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** One direction's stream as Linux puts it together: tcp_data_queue, tcp_data_queue_ofo and tcp_ofo_queue, without merging. */
final class StreamModel {
    private static final class Queued {
        private final int start;
        private final byte[] payload;

        Queued(int start, byte[] payload) {
            this.start = start;
            this.payload = payload;
        }

        int start() {
            return start;
        }

        int end() {
            return start + payload.length;
        }
    }

    private final byte[] bytes;
    private final List<Queued> queue = new ArrayList<>();
    private int next;
    private final boolean fromClient;
    private final int initialSequenceNumber;
    private final Random random;

    StreamModel(boolean fromClient, int initialSequenceNumber, int length, Random random) {
        this.fromClient = fromClient;
        this.initialSequenceNumber = initialSequenceNumber;
        this.random = random;
        bytes = new byte[length];
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

    void arrive(TcpSegment segment) {
        int start = segment.sequenceNumber - (initialSequenceNumber + 1);
        byte[] payload = Arrays.copyOfRange(
                segment.buffer, segment.payloadOffset, segment.payloadOffset + segment.payloadLength);
        Queued added = new Queued(start, payload);
        if (start > next) {
            queue(added);
        } else {
            receive(added);
            while (!queue.isEmpty() && queue.get(0).start <= next) {
                receive(queue.remove(0));
            }
        }
    }

    /** Of two in the queue, the one that begins first counts; a new one replaces those that it covers. */
    private void queue(Queued added) {
        if (queue.stream().anyMatch(one -> one.start <= added.start && added.end() <= one.end())) {
            return;
        }
        queue.removeIf(one -> added.start <= one.start && one.end() <= added.end());
        queue.add(added);
        queue.sort(Comparator.comparingInt(Queued::start));
    }

    private void receive(Queued one) {
        for (int i = Math.max(next, one.start); i < one.end(); i++) {
            bytes[i] = one.payload[i - one.start];
        }
        next = Math.max(next, one.end());
    }

    int length() {
        return bytes.length;
    }

    /** All that arrived, also what waits behind bytes that did not. */
    byte[] received() {
        while (!queue.isEmpty()) {
            receive(queue.remove(0));
        }
        return bytes;
    }

    private TcpSegment segment(int position, int length, byte[] content, boolean same) {
        TcpSegment segment = SegmentNotation.parse(fromClient ? "> A" : "< A");
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
