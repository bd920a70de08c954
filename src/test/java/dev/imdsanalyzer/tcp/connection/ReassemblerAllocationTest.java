package dev.imdsanalyzer.tcp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.AllocatedBytes;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import java.util.IdentityHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the steady state costs, counted rather than timed. */
class ReassemblerAllocationTest {
    private static final int EXCHANGES = 20_000;

    @Test
    void keptAliveConnectionsAllocateNothingPerSegment() {
        SilentHandler handler = new SilentHandler();
        TestCapture capture = new TestCapture(ReassemblyLimits.defaults(), handler);
        Conversation conversation = new Conversation(capture);
        conversation.exchange(EXCHANGES);
        long bytesBefore = handler.bytes;
        long before = AllocatedBytes.ofThisThread();
        conversation.exchange(EXCHANGES);
        long allocated = AllocatedBytes.ofThisThread() - before;
        assertThat(handler.bytes - bytesBefore).isEqualTo(EXCHANGES * 2L * Conversation.PAYLOAD);
        assertThat(allocated).as("bytes allocated").isLessThan(1_000);
    }

    @Test
    void reorderedAndSplitMessagesAllocateNothingPerSegmentEither() {
        SilentHandler handler = new SilentHandler() {
            @Override
            protected int consume(byte[] buffer, int offset, int length) {
                return length >= Conversation.PAYLOAD ? Conversation.PAYLOAD : 0;
            }
        };
        TestCapture capture = new TestCapture(ReassemblyLimits.defaults(), handler);
        Conversation conversation = new Conversation(capture);
        conversation.exchangeInPiecesOutOfOrder(EXCHANGES);
        long callsBefore = handler.calls;
        long before = AllocatedBytes.ofThisThread();
        conversation.exchangeInPiecesOutOfOrder(EXCHANGES);
        long allocated = AllocatedBytes.ofThisThread() - before;
        assertThat(handler.calls - callsBefore).isEqualTo(EXCHANGES * 4L);
        assertThat(allocated).as("bytes allocated").isLessThan(1_000);
        assertThat(capture.count(Counter.STREAM_GAPS)).isZero();
    }

    @Test
    void aHeadThatComesByteByByteIsCopiedAFixedNumberOfTimes() {
        int headLength = 64 * 1024;
        CopyCounter handler = new CopyCounter(0);
        feedByteByByte(handler, headLength);
        assertThat(handler.calls).isEqualTo(headLength);
        assertThat(handler.copiedBytes).as("bytes moved").isLessThan(3L * headLength);
        assertThat(handler.arrays).as("arrays used").hasSizeLessThan(12);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 32 * 1024, 65_000})
    void aConsumerThatLagsBehindByAFixedAmountDoesNotMakeItCopyMore(int lag) {
        int length = 256 * 1024;
        CopyCounter handler = new CopyCounter(lag);
        feedByteByByte(handler, length);
        assertThat(handler.copiedBytes).as("bytes moved").isLessThan(3L * length);
    }

    private static void feedByteByByte(CopyCounter handler, int length) {
        TestCapture capture = new TestCapture(ReassemblyLimits.defaults(), handler);
        capture.feed("> S 0");
        TcpSegment segment = SegmentNotation.parse("> A 1 1 x");
        for (int i = 0; i < length; i++) {
            capture.feed(segment);
            segment.sequenceNumber++;
        }
    }

    /** Keeps back the newest bytes (all of them for 0), and counts the bytes that were moved between two calls. */
    private static final class CopyCounter extends SilentHandler {
        final IdentityHashMap<byte[], Boolean> arrays = new IdentityHashMap<>();
        long copiedBytes;
        private final int lag;
        private byte[] lastArray;
        private int expectedOffset;

        CopyCounter(int lag) {
            this.lag = lag;
        }

        @Override
        protected int consume(byte[] buffer, int offset, int length) {
            if (length > 1) {
                if (buffer != lastArray || offset != expectedOffset) {
                    copiedBytes += length;
                }
                arrays.put(buffer, true);
                lastArray = buffer;
                expectedOffset = offset;
            }
            int used = lag == 0 ? 0 : Math.max(0, length - lag);
            expectedOffset += used;
            return used;
        }
    }

    /** One connection with exchange after exchange, its clock going on. */
    private static final class Conversation {
        static final int PAYLOAD = 200;
        private final TestCapture capture;
        private final TcpSegment request = SegmentNotation.parse("> A 1001 5001");
        private final TcpSegment response = SegmentNotation.parse("< A 5001 1001");

        Conversation(TestCapture capture) {
            this.capture = capture;
            capture.feed("> S 1000");
            capture.feed("< SA 5000 1001");
            SegmentNotation.payload(request, new byte[PAYLOAD]);
            SegmentNotation.payload(response, new byte[PAYLOAD]);
        }

        void exchange(int times) {
            for (int i = 0; i < times; i++) {
                send(request, response);
                send(response, request);
            }
        }

        private void send(TcpSegment segment, TcpSegment other) {
            segment.timestampNanos = Math.max(segment.timestampNanos, other.timestampNanos) + 50_000;
            capture.feed(segment);
            segment.sequenceNumber += segment.payloadLength;
            other.acknowledgmentNumber = segment.sequenceNumber;
        }

        void exchangeInPiecesOutOfOrder(int times) {
            for (int i = 0; i < times; i++) {
                sendLaterHalfFirst(request, response);
                sendLaterHalfFirst(response, request);
            }
        }

        private void sendLaterHalfFirst(TcpSegment segment, TcpSegment other) {
            int start = segment.sequenceNumber;
            segment.timestampNanos = Math.max(segment.timestampNanos, other.timestampNanos) + 50_000;
            segment.payloadLength = PAYLOAD / 2;
            segment.sequenceNumber = start + PAYLOAD / 2;
            capture.feed(segment);
            segment.sequenceNumber = start;
            capture.feed(segment);
            segment.sequenceNumber = start + PAYLOAD;
            other.acknowledgmentNumber = segment.sequenceNumber;
        }
    }
}
