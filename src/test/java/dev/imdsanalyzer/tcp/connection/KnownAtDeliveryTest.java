package dev.imdsanalyzer.tcp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.ConnectionHandler;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a connection says of its segments is true already when their bytes are handed over. */
class KnownAtDeliveryTest {
    private final List<String> known = new ArrayList<>();

    private final ConnectionHandler handler = new ConnectionHandler() {
        @Override
        public void onOpen(Connection connection) {}

        @Override
        public int onBytes(
                Connection connection,
                Direction direction,
                byte[] buffer,
                int offset,
                int length,
                long timestampNanos) {
            if (direction == Direction.RESPONSE) {
                known.add(connection.responseTimeToLive() + " " + connection.responseAcknowledged());
            }
            return length;
        }

        @Override
        public void onConflict(Connection connection, Direction direction, int back, long timestampNanos) {}

        @Override
        public void onGap(Connection connection, Direction direction, long missingBytes, long timestampNanos) {}

        @Override
        public void onEnd(Connection connection, Direction direction, long timestampNanos) {}

        @Override
        public void onClose(Connection connection, CloseReason reason, long timestampNanos) {}
    };

    @Test
    void eachResponseBringsItsOwnTimeToLiveAndIsNotAcknowledgedYet() {
        Reassembler reassembler = new Reassembler(ReassemblyLimits.defaults(), handler, new Counters());
        for (String segment : List.of(
                "> S 1000",
                "< SA 5000 1001",
                "> A 1001 5001 GET",
                "< A 5001 1004 list ttl=64",
                "> A 1004 5005 PUT",
                "< A 5005 1007 token ttl=1")) {
            reassembler.onSegment(SegmentNotation.parse(segment));
        }

        assertThat(known).containsExactly("64 false", "1 false");
    }
}
