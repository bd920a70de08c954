package dev.imdsanalyzer.tcp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.RecordingHandler;
import dev.imdsanalyzer.tcp.segment.PayloadRange;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Segments in any order, with any lies about their place in the stream. The input: eight bytes a segment, namely
 * direction, port and interface; flags; sequence and acknowledgment number; payload length; milliseconds that passed and
 * bytes that the capture left out.
 *
 * <p>The oracle: what stands at a place of a stream is a function of that place alone. So whatever comes out must be the
 * bytes of just that place, however they were cut, lost, doubled or reordered.
 */
class SegmentFuzzTest {
    private static final int SEGMENT_LENGTH = 8;
    private static final int MAXIMUM_SEGMENTS = 2_000;
    private static final int CONNECTIONS = 8;
    private static final int BUFFERED_BYTES = 8_192;

    @FuzzTest
    void deliverEachByteOfAStreamOnceAndInItsPlace(byte[] input) {
        ReassemblyLimits limits = new ReassemblyLimits(
                CONNECTIONS,
                2_000,
                BUFFERED_BYTES,
                8,
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                Duration.ofSeconds(1),
                Duration.ofMillis(20));
        PlaceHandler handler = new PlaceHandler();
        TestCapture capture = new TestCapture(limits, handler);
        TcpSegment segment = SegmentNotation.parse("> .");
        ByteBuffer rows = ByteBuffer.wrap(input, 0, Math.min(input.length, MAXIMUM_SEGMENTS * SEGMENT_LENGTH));
        while (rows.remaining() >= SEGMENT_LENGTH) {
            read(rows, segment);
            capture.feed(segment);
            assertThat(capture.reassembler.bufferedBytes()).isBetween(0L, (long) BUFFERED_BYTES);
            assertThat(handler.open.size()).isLessThanOrEqualTo(CONNECTIONS);
        }
        capture.reassembler.close(segment.timestampNanos);
        assertThat(handler.open).isEmpty();
        assertThat(capture.reassembler.bufferedBytes()).isZero();
    }

    private static void read(ByteBuffer rows, TcpSegment segment) {
        int place = rows.get();
        segment.fromClient = (place & 0x80) == 0;
        segment.clientPort = 40_000 + (place & 3);
        segment.interfaceIndex = place >> 2 & 3;
        segment.timeToLive = 64 - (place >> 4 & 3);
        segment.flags = rows.get() & 0x1F;
        segment.sequenceNumber = number(rows.getShort(), segment.fromClient);
        segment.acknowledgmentNumber = number(rows.getShort(), !segment.fromClient);
        int length = 3 * (rows.get() & 0xff);
        int timeAndMissing = rows.get() & 0xff;
        segment.timestampNanos += (timeAndMissing & 0x0F) * 1_000_000L;
        segment.payloadMissing = (timeAndMissing >> 4) * 7;
        byte[] payload = new byte[length];
        int start = PayloadRange.start(segment);
        for (int i = 0; i < length; i++) {
            payload[i] = content(segment.fromClient, start + i);
        }
        SegmentNotation.payload(segment, payload);
    }

    /** Around the place where the client's numbers wrap; for a few values, far away. */
    private static int number(short value, boolean client) {
        boolean far = (value & 0x7FFF) >= 0x7F00;
        int base = client ? -9_000 : 5_000;
        return far ? base + value * 100_003 : base + (value & 0x7FFF);
    }

    private static byte content(boolean fromClient, int sequenceNumber) {
        int mixed = (sequenceNumber ^ (fromClient ? 0x5bd1e995 : 0)) * 0x9E3779B1;
        return (byte) (mixed >>> 24);
    }

    /** Uses up some of what it gets; holds the reassembler to the contract and to the places of the bytes. */
    private static final class PlaceHandler extends RecordingHandler {
        final Set<Long> open = new HashSet<>();
        private final Set<String> ended = new HashSet<>();
        private long lastId;

        @Override
        public void onOpen(Connection connection) {
            assertThat(connection.id()).isEqualTo(++lastId);
            open.add(connection.id());
        }

        @Override
        public int onBytes(
                Connection connection, Direction direction, byte[] buffer, int offset, int length, long nanos) {
            assertThat(open.contains(connection.id())).isTrue();
            assertThat(ended.contains(connection.id() + " " + direction)).isFalse();
            assertThat(length).isPositive();
            boolean fromClient = direction == Direction.REQUEST;
            TrackedConnection tracked = (TrackedConnection) connection;
            int first = (fromClient ? tracked.requests() : tracked.responses()).next() - length;
            for (int i = 0; i < length; i++) {
                if (buffer[offset + i] != content(fromClient, first + i)) {
                    throw new AssertionError(direction + " byte " + i + " of " + length + " is of another place");
                }
            }
            return Math.floorMod(first, 3) == 0 ? length : Math.floorMod(first * 31, length + 1);
        }

        @Override
        public void onGap(Connection connection, Direction direction, long missingBytes, long timestampNanos) {
            assertThat(open.contains(connection.id())).isTrue();
            assertThat(missingBytes).isGreaterThanOrEqualTo(-1);
        }

        @Override
        public void onEnd(Connection connection, Direction direction, long timestampNanos) {
            assertThat(open.contains(connection.id())).isTrue();
            assertThat(ended.add(connection.id() + " " + direction)).isTrue();
        }

        @Override
        public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
            assertThat(open.remove(connection.id())).isTrue();
        }
    }
}
