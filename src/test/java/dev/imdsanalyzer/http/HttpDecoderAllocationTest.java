package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.FakeConnection;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Segments cost no memory; an exchange costs its one object. */
class HttpDecoderAllocationTest {
    private static final int ROUNDS = 10_000;
    /** More than the exchange's fields come to, and less than any second object or array would make it. */
    private static final long EXCHANGE_BYTES = 128;

    /** What the measuring itself, or another thread's compiler, may add in all. */
    private static final long SLACK_BYTES = 64 * 1024;

    private static final byte[] REQUEST = Bytes.of(
            "PUT /a HTTP/1.1\r\nHost: 169.254.169.254\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n");
    private static final byte[] RESPONSE =
            Bytes.of("HTTP/1.1 200 OK\r\nServer: EC2ws\r\nContent-Length: 12\r\n\r\nhello, world");

    private final Counters counters = new Counters();
    private final HttpDecoder decoder = new HttpDecoder(new Silent(), HttpLimits.defaults(), counters);
    private final Connection connection = new FakeConnection(1, true);
    private long now;

    private static final class Silent implements ExchangeHandler {
        @Override
        public void onOpen(Connection connection) {}

        @Override
        public void onRequest(Exchange exchange, RequestHead head) {}

        @Override
        public void onResponse(Exchange exchange, ResponseHead head) {}

        @Override
        public void onEnd(Exchange exchange, Exchange.End end, long timestampNanos) {}

        @Override
        public void onMalformed(Exchange exchange, Anomaly anomaly) {}

        @Override
        public void onMalformedResponse(Connection connection, Anomaly anomaly, long timestampNanos) {}

        @Override
        public void onRequestBegun(Exchange exchange, RequestHead head, int from) {}

        @Override
        public void onMoreFields(Exchange exchange, RequestHead head) {}

        @Override
        public void onClose(Connection connection, CloseReason reason, long timestampNanos) {}
    }

    @Test
    void allocatesNothingButTheExchangeHoweverItIsCut() {
        decoder.onOpen(connection);
        for (int piece : new int[] {1, 7, 1 << 16}) {
            exchanges(ROUNDS, piece);
            long requestsBefore = counters.get(Counter.REQUESTS);
            long before = allocatedBytes();
            exchanges(ROUNDS, piece);
            long allocated = allocatedBytes() - before;
            assertThat(counters.get(Counter.REQUESTS) - requestsBefore).isEqualTo(ROUNDS);
            assertThat(allocated).as("pieces of %d", piece).isLessThan(ROUNDS * EXCHANGE_BYTES + SLACK_BYTES);
        }
        assertThat(counters.get(Counter.REQUESTS_UNANSWERED)).isZero();
    }

    private void exchanges(int count, int piece) {
        for (int i = 0; i < count; i++) {
            give(Direction.REQUEST, REQUEST, piece);
            give(Direction.RESPONSE, RESPONSE, piece);
        }
    }

    private void give(Direction direction, byte[] message, int piece) {
        int used = 0;
        for (int end = 0; end < message.length; ) {
            end = Math.min(message.length, end + piece);
            used += decoder.onBytes(connection, direction, message, used, end - used, now++);
        }
        if (used != message.length) {
            throw new AssertionError("used " + used + " of " + message.length + " bytes");
        }
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
