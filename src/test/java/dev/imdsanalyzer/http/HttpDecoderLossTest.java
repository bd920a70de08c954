package dev.imdsanalyzer.http;

import static dev.imdsanalyzer.http.HttpDecoderTest.GET;
import static dev.imdsanalyzer.http.HttpDecoderTest.OK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.CloseReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes that are missing, connections that were open before, responses that come late or never. */
class HttpDecoderLossTest {
    private static final String TIMEOUT = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";
    private static final String SHORT = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static final String LONG = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n";

    private final Conversation whole = Conversation.whole();

    /** The head's own line tells it: one event for one call. */
    @Test
    void tellsAnAnswerToHalfAHeadWithTheHeadAlone() {
        Conversation conversation = Conversation.whole();
        conversation.client("GET /a HTTP/1.1\r\nHo").server(TIMEOUT).close(CloseReason.FINISHED);
        assertThat(conversation.log.events)
                .filteredOn(event -> event.startsWith("malformed"))
                .containsExactly("malformed REQUEST HEAD_INCOMPLETE");
        assertThat(conversation.log.events).noneMatch(event -> event.startsWith("#"));
    }

    @Test
    void countsTheFarewellToAnIdleConnectionAndTellsNoCall() {
        Conversation conversation = Conversation.whole();
        conversation.client(GET).server(SHORT).server(TIMEOUT).close(CloseReason.FINISHED);
        assertThat(conversation.log.events)
                .filteredOn(event -> event.contains(" end "))
                .hasSize(1);
        assertThat(conversation.counters.get(Counter.RESPONSES_UNMATCHED)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = CloseReason.class,
            names = {"CAPTURE_ENDED", "EVICTED"})
    void blamesNobodyForAHeadThatWeStoppedLookingAt(CloseReason reason) {
        Conversation conversation = Conversation.whole();
        conversation.client("GET /a HTTP/1.1\r\nHo").close(reason);
        assertThat(conversation.log.events).noneMatch(event -> event.startsWith("malformed"));
    }

    @Test
    void missesNoAnswerWhereTheAnswersAreNoHttp() {
        Conversation conversation = Conversation.whole();
        conversation.client(GET).server(SHORT).server("no HTTP at all\r\n\r\n").client(GET);
        conversation.close(CloseReason.FINISHED);
        assertThat(conversation.log.events).anyMatch(event -> event.startsWith("malformed RESPONSE"));
        assertThat(conversation.log.events).anyMatch(event -> event.contains("end RESPONSE_LOST"));
        assertThat(conversation.log.events).noneMatch(event -> event.contains("CLOSED_UNANSWERED"));
    }

    @Test
    void skipsAGapWithinABodyOfKnownLength() {
        whole.client(GET)
                .server(LONG + "ab")
                .serverGap(6)
                .server("cd")
                .client(GET)
                .server(OK)
                .close();
        assertThat(whole.events())
                .containsExactly(
                        "#1 request GET /a 1",
                        "#1 response 200 1 [Content-Length=10]",
                        "#1 end ANSWERED_IN_PART 10",
                        "#2 request GET /a 1",
                        "#2 response 200 1 [Content-Length=2]",
                        "#2 end ANSWERED 2");
    }

    @Test
    void skipsAGapToTheVeryEndOfABody() {
        whole.client(GET).server(LONG).serverGap(10);
        assertThat(whole.events()).last().isEqualTo("#1 end ANSWERED_IN_PART 10");
        whole.client(GET).server(OK).close();
        assertThat(whole.events()).last().isEqualTo("#2 end ANSWERED 2");
    }

    @Test
    void skipsAGapWithinAChunk() {
        whole.client(GET)
                .server(CHUNKED + "ab")
                .serverGap(8)
                .server("\r\n0\r\n\r\n")
                .close();
        assertThat(whole.events()).last().isEqualTo("#1 end ANSWERED_IN_PART 10");
    }

    @Test
    void countsAGapInABodyThatLastsUntilTheClose() {
        whole.client(GET)
                .server("HTTP/1.0 200 OK\r\n\r\nab")
                .serverGap(5)
                .server("c")
                .serverEnds()
                .close();
        assertThat(whole.events()).last().isEqualTo("#1 end ANSWERED_IN_PART 8");
    }

    @Test
    void skipsAGapWithinARequestBody() {
        whole.client("PUT /1 HTTP/1.1\r\nContent-Length: 9\r\n\r\na")
                .clientGap(7)
                .client("b" + GET)
                .close();
        assertThat(whole.events()).contains("#2 request GET /a 1");
    }

    @Test
    void findsTheNextRequestAfterAGap() {
        whole.client("GET /lost HTTP/1.1\r\nHo")
                .clientGap(20)
                .client("tail\r\n\r\n")
                .client(GET)
                .server(OK)
                .close();
        assertThat(whole.events())
                .containsExactly("#1 request GET /a 1", "#1 response 200 1 [Content-Length=2]", "#1 end ANSWERED 2");
    }

    @Test
    void findsARequestBehindAHeldPieceThatIsNone() {
        whole.clientGap(9).client("tail").client(GET).close();
        assertThat(whole.events()).startsWith("#1 request GET /a 1");
        assertThat(whole.counters.get(Counter.MALFORMED)).isZero();
    }

    @Test
    void findsASplitRequestAfterAGap() {
        whole.clientGap(9)
                .client("GET /a HT")
                .client("TP/1.1\r\n\r")
                .client("\n")
                .close();
        assertThat(whole.events()).startsWith("#1 request GET /a 1");
    }

    @Test
    void believesNoHttp09AfterAGap() {
        whole.clientGap(9).client("GET /a\r\n").client(GET).close();
        assertThat(whole.events()).containsExactly("#1 request GET /a 1", "#1 end CLOSED_UNANSWERED");
    }

    @Test
    void keepsResponsesWhoseRequestWasLost() {
        whole.clientGap(40).server(OK).client(GET).server(OK).close();
        assertThat(whole.events())
                .containsExactly(
                        "#1 unmatched response 200 1 [Content-Length=2]",
                        "#1 end ANSWERED 2",
                        "#2 request GET /a 1",
                        "#2 response 200 1 [Content-Length=2]",
                        "#2 end ANSWERED 2");
        assertThat(whole.counters.get(Counter.RESPONSES_UNMATCHED)).isOne();
    }

    @Test
    void endsARequestWhoseResponseWasLostAtTheNextRequest() {
        whole.client(GET)
                .serverGap(41)
                .client("GET /b HTTP/1.1\r\n\r\n")
                .server(OK)
                .close();
        assertThat(whole.events())
                .containsExactly(
                        "#1 request GET /a 1",
                        "#1 end RESPONSE_LOST",
                        "#2 request GET /b 1",
                        "#2 response 200 1 [Content-Length=2]",
                        "#2 end ANSWERED 2");
    }

    @Test
    void givesTheNextResponseToTheNewestRequestWhenTheGapIsToldLate() {
        whole.client(GET).pause(1);
        whole.client("GET /b HTTP/1.1\r\n\r\n").serverGap(41).server(OK).close();
        assertThat(whole.events())
                .containsExactly(
                        "#1 request GET /a 1",
                        "#2 request GET /b 1",
                        "#1 end RESPONSE_LOST",
                        "#2 response 200 1 [Content-Length=2]",
                        "#2 end ANSWERED 2");
    }

    @Test
    void guessesNothingOnAConnectionThatPipelines() {
        whole.client(GET + GET).serverGap(41).server(OK).close();
        assertThat(whole.events())
                .containsExactly(
                        "#1 request GET /a 1",
                        "#2 request GET /a 1",
                        "#1 end RESPONSE_LOST",
                        "#2 end RESPONSE_LOST",
                        "#3 unmatched response 200 1 [Content-Length=2]",
                        "#3 end ANSWERED 2");
    }

    @Test
    void endsTheResponseAtHandInPartWhenItsRestIsLost() {
        whole.client(GET)
                .server(CHUNKED)
                .client("GET /b HTTP/1.1\r\n\r\n")
                .serverGap(50)
                .server("\r\n0\r\n\r\n")
                .server(OK);
        whole.close();
        assertThat(whole.events())
                .containsExactly(
                        "#1 request GET /a 1",
                        "#1 response 200 1 [Transfer-Encoding=chunked]",
                        "#2 request GET /b 1",
                        "#1 end ANSWERED_IN_PART 0",
                        "#2 response 200 1 [Content-Length=2]",
                        "#2 end ANSWERED 2");
    }

    @Test
    void saysOfARequestThatItsResponseWasLostWhenTheConnectionCloses() {
        whole.client(GET).serverGap(-1).close();
        assertThat(whole.events()).last().isEqualTo("#1 end RESPONSE_LOST");
        assertThat(whole.counters.get(Counter.REQUESTS_UNANSWERED)).isOne();
    }

    @Test
    void joinsAConnectionAtTheNextHead() {
        Conversation joined = Conversation.joined();
        joined.client("rest of a body\r\n")
                .server("\u0001\u0002 more")
                .client(GET)
                .server(OK)
                .client("{")
                .close();
        assertThat(joined.events())
                .containsExactly(
                        "#1 request GET /a 1",
                        "#1 response 200 1 [Content-Length=2]",
                        "#1 end ANSWERED 2",
                        "malformed REQUEST NOT_HTTP");
    }

    @Test
    void saysNothingAboutAJoinedConnectionThatIsNoHttp() {
        Conversation joined = Conversation.joined();
        joined.client("\u0016\u0003\u0001")
                .server("\u0016\u0003\u0001")
                .clientGap(-1)
                .client("GET /half")
                .close();
        assertThat(joined.events()).isEmpty();
    }

    @Test
    void endsARequestAfterTheBoundedWait() {
        whole.client(GET).pause(5 * Conversation.SECOND - 1);
        assertThat(whole.events()).hasSize(1);
        whole.pause(1);
        assertThat(whole.events()).last().isEqualTo("#1 end TIMED_OUT");
        whole.client("GET /b HTTP/1.1\r\n\r\n")
                .server(OK + "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
                .close();
        assertThat(whole.events())
                .containsExactly(
                        "#1 request GET /a 1",
                        "#1 end TIMED_OUT",
                        "#2 request GET /b 1",
                        "#2 response 404 1 [Content-Length=0]",
                        "#2 end ANSWERED 0");
    }

    @Test
    void endsAResponseWhoseBodyHangsInPart() {
        whole.client(GET).pause(4 * Conversation.SECOND);
        whole.server(LONG).pause(5 * Conversation.SECOND - 1);
        assertThat(whole.events()).last().isEqualTo("#1 response 200 1 [Content-Length=10]");
        whole.pause(1);
        assertThat(whole.events()).last().isEqualTo("#1 end ANSWERED_IN_PART 10");
        whole.server("0123456789" + OK).close();
        assertThat(whole.events()).element(3).isEqualTo("#2 unmatched response 200 1 [Content-Length=2]");
    }

    @Test
    void passesTimeWithEveryDelivery() {
        whole.client(GET);
        whole.now += 5 * Conversation.SECOND;
        whole.client("G");
        assertThat(whole.events()).last().isEqualTo("#1 end TIMED_OUT");
    }

    @Test
    void saysWhyAResponseIsShort() {
        whole.client(GET).server(LONG).close(CloseReason.RESET);
        assertThat(whole.events()).last().isEqualTo("#1 end ANSWERED 10");
        Conversation evicted = Conversation.whole();
        evicted.client(GET).server(LONG).close(CloseReason.EVICTED);
        assertThat(evicted.events()).last().isEqualTo("#1 end ANSWERED_IN_PART 10");
    }

    @Test
    void timesARequestFromItsFirstByteAndAResponseFromItsHeadsLast() {
        long start = whole.now;
        whole.client("\r\n")
                .pause(1)
                .client("GET /a HT")
                .pause(10)
                .client("TP/1.1\r\n\r\nG")
                .pause(100);
        whole.server("HTTP/1.1 200 OK\r\nContent-Le")
                .pause(1_000)
                .server("ngth: 1\r\n\r\n")
                .pause(10_000)
                .server("x");
        whole.client("ET /b HTTP/1.1\r\n\r\n").close();
        Exchange first = whole.log.exchanges.get(0);
        assertThat(first.requestNanos()).isEqualTo(start + 1);
        assertThat(first.responseNanos()).isEqualTo(start + 1_111);
        assertThat(whole.log.exchanges.get(1).requestNanos()).isEqualTo(start + 11);
        assertThat(whole.log.exchanges.get(1).responseNanos()).isZero();
    }
}
