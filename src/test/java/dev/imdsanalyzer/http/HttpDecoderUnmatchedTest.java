package dev.imdsanalyzer.http;

import static dev.imdsanalyzer.http.HttpDecoderTest.GET;
import static dev.imdsanalyzer.http.HttpDecoderTest.OK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.CloseReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests and responses that have no counterpart, because it was lost, is no HTTP, or never came. */
class HttpDecoderUnmatchedTest {
    private static final String TIMEOUT = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";
    private static final String SHORT = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final Conversation whole = Conversation.whole();

    /** The head's own line tells it: one event for one call. */
    @Test
    void tellsAnAnswerToHalfAHeadWithTheHeadAlone() {
        Conversation conversation = Conversation.whole();
        conversation.client("GET /a HTTP/1.1\r\nHo").server(TIMEOUT).close(CloseReason.FINISHED);
        assertThat(conversation.log.events)
                .containsExactly(
                        "#1 malformed HEAD_INCOMPLETE GET /a 1",
                        "#1 response 408 1 [Content-Length=0]",
                        "#1 end ANSWERED 0");
    }

    /** What was asked is not known: a HEAD has an answer without the body that its head tells of. */
    @Test
    void looksForTheNextAnswerInThePlaceOfTheBodyOfOneWhoseRequestWasLost() {
        Conversation joined = Conversation.joined();
        joined.server("HTTP/1.1 403 No\r\nContent-Length: 72\r\n\r\n")
                .client(GET)
                .server(OK)
                .close();
        assertThat(joined.events()).contains("#2 response 200 1 [Content-Length=2]", "#2 end ANSWERED 2");
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
    void blamesNobodyForTheFirstBytesOfARequestThatWeStoppedLookingAt(CloseReason reason) {
        Conversation conversation = Conversation.whole();
        conversation.client("GET ").close(reason);
        assertThat(conversation.log.events).isEmpty();
    }

    /** The answer to a head that was interrupted belongs to it, also on what looks like another connection. */
    @ParameterizedTest
    @EnumSource(
            value = CloseReason.class,
            names = {"IDLE", "EVICTED"})
    void tellsAHeadInTwoHalvesAndItsAnswerAsOneCall(CloseReason reason) {
        whole.client("GET /a HTTP/1.1\r\nHost: x\r\nAcc").close(reason);
        assertThat(whole.events()).containsExactly("#1 malformed HEAD_INCOMPLETE GET /a 1 [Host]");
        whole.joinAgain().client("ept: */*\r\n\r\n").server(OK).close();
        assertThat(whole.events())
                .containsExactly(
                        "#1 malformed HEAD_INCOMPLETE GET /a 1 [Host]",
                        "#1 response 200 1 [Content-Length=2]",
                        "#1 end ANSWERED 2");
    }

    @Test
    void tellsAHeadWhoseOtherHalfNeverComesOnce() {
        whole.client("GET /a HTTP/1.1\r\nHost: x\r\nAcc").close(CloseReason.EVICTED);
        whole.decoder.advance(whole.now + InterruptedRequests.KEPT_NANOS);
        assertThat(whole.events()).hasSize(1);
        whole.decoder.advance(whole.now + InterruptedRequests.KEPT_NANOS + 1);
        assertThat(whole.events()).last().isEqualTo("#1 end RESPONSE_LOST");
        whole.decoder.close(whole.now);
        assertThat(whole.events()).hasSize(2);
    }

    @Test
    void missesNoAnswerWhereTheAnswersAreNoHttp() {
        Conversation conversation = Conversation.whole();
        conversation.client(GET).server(SHORT).server("no HTTP at all\r\n\r\n").client(GET);
        conversation.close(CloseReason.FINISHED);
        assertThat(conversation.log.events).anyMatch(event -> event.startsWith("malformed response"));
        assertThat(conversation.log.events).anyMatch(event -> event.contains("end RESPONSE_LOST"));
        assertThat(conversation.log.events).noneMatch(event -> event.contains("CLOSED_UNANSWERED"));
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
    void saysOfARequestThatItsResponseWasLostWhenTheConnectionCloses() {
        whole.client(GET).serverGap(-1).close();
        assertThat(whole.events()).last().isEqualTo("#1 end RESPONSE_LOST");
        assertThat(whole.counters.get(Counter.REQUESTS_UNANSWERED)).isOne();
    }
}
