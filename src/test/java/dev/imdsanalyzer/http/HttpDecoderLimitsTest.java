package dev.imdsanalyzer.http;

import static dev.imdsanalyzer.http.HttpDecoderTest.GET;
import static dev.imdsanalyzer.http.HttpDecoderTest.OK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.FakeConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept stays within its bounds, and what goes over them is counted. */
class HttpDecoderLimitsTest {
    @Test
    void holdsNoMoreRequestsThanTheBound() {
        Conversation small = new Conversation(0, true, new HttpLimits(1024, 2, 100, Duration.ofSeconds(5)));
        small.client(String.join("", Collections.nCopies(4, GET)));
        assertThat(small.events().subList(3, 6))
                .containsExactly("#3 end RESPONSE_LOST", "#4 request GET /a 1", "#4 end RESPONSE_LOST");
        small.server(OK)
                .client(GET)
                .server(OK + OK + OK + OK)
                .client(GET)
                .server(OK)
                .close();
        assertThat(small.events().subList(6, small.events().size()))
                .containsExactly(
                        "#1 response 200 1 [Content-Length=2]",
                        "#1 end ANSWERED 2",
                        "#5 request GET /a 1",
                        "#5 end RESPONSE_LOST",
                        "#2 response 200 1 [Content-Length=2]",
                        "#2 end ANSWERED 2",
                        "#6 request GET /a 1",
                        "#6 response 200 1 [Content-Length=2]",
                        "#6 end ANSWERED 2");
        assertThat(small.counters.get(Counter.REQUESTS_UNTRACKED)).isEqualTo(3);
    }

    @Test
    void holdsNoMoreOfAHeadThanTheBound() {
        Conversation small = new Conversation(-1, true, new HttpLimits(100, 2, 100, Duration.ofSeconds(5)));
        small.client("GET / HTTP/1.1\r\nA: " + "x".repeat(200));
        assertThat(small.heldBytes(Direction.REQUEST)).isLessThan(100);
        small.client("x".repeat(200) + "\r\nContent-Length: 3\r\n\r\nabc" + GET);
        small.server(OK).server(OK).close();
        assertThat(small.events()).startsWith("#1 request GET / 1 HEAD_TOO_LARGE", "#1 more 1", "#1 more 0");
        assertThat(small.events()).contains("#2 request GET /a 1", "#1 end ANSWERED 2", "#2 end ANSWERED 2");
    }

    /** Counts the exchanges under way, and writes down how each ended. */
    private static final class Counting implements Probe {
        final List<Exchange.End> ends = new ArrayList<>();
        int open;
        int mostOpen;

        @Override
        public void onRequest(Exchange exchange, RequestHead head) {
            open++;
        }

        @Override
        public void onEnd(Exchange exchange, Exchange.End end, long timestampNanos) {
            open--;
            ends.add(end);
        }

        @Override
        public void onMalformed(Anomaly anomaly) {
            throw new AssertionError(anomaly);
        }
    }

    private final Counting counting = new Counting();
    private final Counters counters = new Counters();
    private final HttpDecoder decoder =
            new HttpDecoder(counting, new HttpLimits(1024, 64, 10, Duration.ofSeconds(5)), counters);

    private FakeConnection open(int id) {
        FakeConnection connection = new FakeConnection(id, true);
        decoder.onOpen(connection);
        return connection;
    }

    private void send(FakeConnection connection, Direction direction, String text, long now) {
        byte[] bytes = Bytes.of(text);
        assertThat(decoder.onBytes(connection, direction, bytes, 0, bytes.length, now))
                .isEqualTo(bytes.length);
        counting.mostOpen = Math.max(counting.mostOpen, counting.open);
    }

    @Test
    void allConnectionsTogetherHoldNoMoreRequestsThanTheBound() {
        List<FakeConnection> connections = new ArrayList<>();
        for (int id = 1; id <= 100; id++) {
            connections.add(open(id));
            send(connections.get(id - 1), Direction.REQUEST, GET + GET + GET, id);
        }
        assertThat(counting.mostOpen).isBetween(8, 10);
        assertThat(counters.get(Counter.REQUESTS_UNTRACKED)).isEqualTo(300 - counting.open);
        for (FakeConnection connection : connections) {
            decoder.onClose(connection, CloseReason.FINISHED, 101);
        }
        assertThat(counting.open).isZero();
        assertThat(counting.ends).hasSize(300);
    }

    @Test
    void responsesToRequestsThatMadeRoomMeetNoOtherRequest() {
        FakeConnection first = open(1);
        send(first, Direction.REQUEST, GET + GET, 1);
        for (int id = 2; id <= 10; id++) {
            send(open(id), Direction.REQUEST, GET, id);
        }
        assertThat(counting.ends).containsExactly(Exchange.End.RESPONSE_LOST, Exchange.End.RESPONSE_LOST);
        send(first, Direction.RESPONSE, OK + OK, 12);
        assertThat(counting.ends).hasSize(2);
        send(first, Direction.REQUEST, GET, 13);
        send(first, Direction.RESPONSE, OK, 14);
        assertThat(counting.ends).endsWith(Exchange.End.ANSWERED).hasSize(3);
        assertThat(counters.get(Counter.RESPONSES_UNMATCHED)).isZero();
    }

    @Test
    void requestsGivenUpByTimeThatStillStandInLineTakePartInTheBound() {
        FakeConnection silent = open(1);
        send(silent, Direction.REQUEST, String.join("", Collections.nCopies(10, GET)), 1);
        decoder.advance(10 * Conversation.SECOND);
        assertThat(counting.ends).hasSize(10).containsOnly(Exchange.End.TIMED_OUT);

        FakeConnection other = open(2);
        send(other, Direction.REQUEST, GET, 10 * Conversation.SECOND);
        assertThat(counting.ends).endsWith(Exchange.End.RESPONSE_LOST);
        decoder.onClose(silent, CloseReason.IDLE, 11 * Conversation.SECOND);
        send(other, Direction.RESPONSE, OK, 11 * Conversation.SECOND);
        send(other, Direction.REQUEST, GET, 12 * Conversation.SECOND);
        send(other, Direction.RESPONSE, OK, 12 * Conversation.SECOND);
        assertThat(counting.ends).endsWith(Exchange.End.ANSWERED);
    }
}
