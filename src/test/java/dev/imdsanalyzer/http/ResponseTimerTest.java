package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.FakeConnection;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What waits, how long, and how many of it. */
class ResponseTimerTest {
    private final ResponseTimer timer = new ResponseTimer(100);
    private final HttpExchange first = exchange();
    private final HttpExchange second = exchange();
    private final HttpExchange third = exchange();

    private static HttpExchange exchange() {
        return new HttpExchange(null, true, 0);
    }

    private void startAll() {
        timer.start(first, 0);
        timer.start(second, 10);
        timer.start(third, 20);
    }

    @Test
    void whoWaitsLongestIsDueFirstAndStaysUntilItIsStopped() {
        assertThat(timer.oldest()).isNull();
        assertThat(timer.due(Long.MAX_VALUE)).isNull();
        startAll();
        assertThat(timer.size()).isEqualTo(3);
        assertThat(timer.due(99)).isNull();
        assertThat(timer.due(100)).isSameAs(first);
        assertThat(timer.due(1_000)).isSameAs(first);
        timer.stop(first);
        assertThat(timer.due(109)).isNull();
        assertThat(timer.due(110)).isSameAs(second);
        assertThat(timer.oldest()).isSameAs(second);
        assertThat(timer.size()).isEqualTo(2);
    }

    @Test
    void whoBeginsAnewWaitsBehindAllOthers() {
        startAll();
        timer.start(first, 30);
        assertThat(timer.size()).isEqualTo(3);
        for (HttpExchange next : new HttpExchange[] {second, third, first}) {
            assertThat(timer.oldest()).isSameAs(next);
            timer.stop(next);
            timer.stop(next);
        }
        assertThat(timer.oldest()).isNull();
        assertThat(timer.size()).isZero();
    }

    @Test
    void whoStopsInTheMiddleOrAtTheEndLeavesTheOthersInTheirOrder() {
        startAll();
        timer.stop(second);
        timer.stop(third);
        timer.start(second, 40);
        assertThat(timer.oldest()).isSameAs(first);
        timer.stop(first);
        assertThat(timer.oldest()).isSameAs(second);
        assertThat(timer.due(140)).isSameAs(second);
        assertThat(timer.size()).isEqualTo(1);
        assertThat(second.timedBefore).isNull();
        assertThat(first.timedAfter).as("lets go of its neighbours").isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 1, true",
        "65536, 1, 1, 1, true",
        "0, 1, 1, 1, false",
        "65537, 1, 1, 1, false",
        "1, 0, 1, 1, false",
        "1, 1, 0, 1, false",
        "1, 1, 1, 0, false",
        "1, 1, 1, -1, false",
    })
    void limitsLeaveRoomForSomething(int headBytes, int pending, int waiting, long nanos, boolean allowed) {
        if (allowed) {
            assertThatCode(() -> new HttpLimits(headBytes, pending, waiting, Duration.ofNanos(nanos)))
                    .doesNotThrowAnyException();
            new RequestParser(headBytes);
        } else {
            assertThatThrownBy(() -> new HttpLimits(headBytes, pending, waiting, Duration.ofNanos(nanos)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "65537"})
    void aHeadHasNoOtherBoundThanItsOffsetsCanTell(int bytes) {
        assertThatThrownBy(() -> new RequestParser(bytes)).isInstanceOf(IllegalArgumentException.class);
    }

    private final EventLog log = new EventLog();
    private final HttpDecoder decoder = new HttpDecoder(log, HttpLimits.defaults(), new Counters());

    /** A connection from that port, whose watch ends within a head. */
    private void interrupted(int port, String path) {
        FakeConnection connection = new FakeConnection(port, true);
        connection.ends = new FourTuple(IpAddress.ipv4(0x0A000005), port, IpAddress.IMDS_IPV4, 80);
        log.reopen();
        decoder.onOpen(connection);
        byte[] head = Bytes.of("GET " + path + " HTTP/1.1\r\nHo");
        decoder.onBytes(connection, Direction.REQUEST, head, 0, head.length, 1);
        decoder.onClose(connection, CloseReason.EVICTED, 1);
    }

    private long ended() {
        return log.events.stream()
                .filter(event -> event.endsWith(" end RESPONSE_LOST"))
                .count();
    }

    @Test
    void ofInterruptedRequestsTheOldestMakesRoom() {
        for (int port = 1; port <= InterruptedRequests.MAXIMUM; port++) {
            interrupted(port, "/" + port);
        }
        assertThat(ended()).isZero();
        interrupted(5_000, "/more");
        assertThat(log.events).contains("#1 end RESPONSE_LOST");
        assertThat(ended()).isEqualTo(1);
        decoder.close(2);
        assertThat(ended()).isEqualTo(InterruptedRequests.MAXIMUM + 1);
    }

    @Test
    void anInterruptedRequestMakesWayForALaterOneOfTheSameEnds() {
        interrupted(1, "/a");
        interrupted(2, "/b");
        interrupted(1, "/c");
        assertThat(log.events).filteredOn(event -> event.contains(" end ")).containsExactly("#1 end RESPONSE_LOST");
        decoder.close(2);
        assertThat(ended()).isEqualTo(3);
    }

    @Test
    void anInterruptedRequestWaitsForItsOwnEndsAlone() {
        interrupted(1, "/a");
        FakeConnection other = new FakeConnection(9, false);
        log.reopen();
        decoder.onOpen(other);
        byte[] answer = Bytes.of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        decoder.onBytes(other, Direction.RESPONSE, answer, 0, answer.length, 2);
        assertThat(log.events).contains("#2 unmatched response 200 1 [Content-Length=0]");
        assertThat(ended()).isZero();
    }

    @Test
    void aStatusLineHasNoFields() {
        StatusLine line = new StatusLine(404, 1);
        assertThat(line.statusCode()).isEqualTo(404);
        assertThat(line.minorVersion()).isOne();
        assertThat(line.isWhole()).isFalse();
        assertThat(line.fieldCount()).isZero();
        assertThat(line.buffer()).isEmpty();
        assertThat(line.find(Bytes.of("server"), 0)).isNegative();
        assertThatThrownBy(() -> line.fieldNameOffset(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> line.fieldNameLength(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> line.fieldValueOffset(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> line.fieldValueLength(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aParserThatIsGivenBackHasSeenNothing() {
        ParserPool<ResponseParser> pool = new ParserPool<>(() -> new ResponseParser(1_000));
        ResponseParser parser = pool.take();
        byte[] half = Bytes.of("HTTP/1.1 404 No\r\nA: b\r\n");
        assertThat(parser.parse(half, 0, half.length)).isEqualTo(HeadParser.INCOMPLETE);
        pool.giveBack(parser);
        ResponseParser again = pool.take();
        assertThat(again).isSameAs(parser);
        assertThat(again.fieldCount()).isZero();
        byte[] other = Bytes.of("HTTP/1.0 200 OK\r\n\r\n");
        assertThat(again.parse(other, 0, other.length)).isEqualTo(other.length);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(pool.take()).as("nothing is left").isNotSameAs(parser);
    }

    @Test
    void ofIdleParsersSixteenAreKept() {
        ParserPool<ResponseParser> pool = new ParserPool<>(() -> new ResponseParser(1_000));
        ResponseParser[] parsers = new ResponseParser[17];
        for (int i = 0; i < parsers.length; i++) {
            parsers[i] = pool.take();
        }
        for (ResponseParser parser : parsers) {
            pool.giveBack(parser);
        }
        for (int i = 15; i >= 0; i--) {
            assertThat(pool.take()).isSameAs(parsers[i]);
        }
        assertThat(parsers).doesNotContain(pool.take());
    }
}
