package dev.imdsanalyzer.http;

import static dev.imdsanalyzer.http.HttpDecoderTest.GET;
import static dev.imdsanalyzer.http.HttpDecoderTest.OK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counter;
import org.junit.jupiter.api.Test;

/** Bytes that are missing, and where the place in the message is found again. */
class HttpDecoderGapTest {
    private static final String LONG = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n";

    private final Conversation whole = Conversation.whole();

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
                .containsExactly(
                        "#1 malformed HEAD_INCOMPLETE GET /lost 1",
                        "#1 end RESPONSE_LOST",
                        "#2 request GET /a 1",
                        "#2 response 200 1 [Content-Length=2]",
                        "#2 end ANSWERED 2");
    }

    @Test
    void givesTheAnswerToTheHeadOfWhichOnlyTheBeginningWasSeen() {
        whole.client("GET /half HTTP/1.1\r\nHost: x\r\nA")
                .clientGap(0)
                .client("b: c\r\n\r\n")
                .server(OK);
        assertThat(whole.events())
                .containsExactly(
                        "#1 malformed HEAD_INCOMPLETE GET /half 1 [Host]",
                        "#1 response 200 1 [Content-Length=2]",
                        "#1 end ANSWERED 2");
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
                        "#2 malformed NOT_HTTP",
                        "#2 end CLOSED_UNANSWERED");
    }

    @Test
    void saysNothingAboutAJoinedConnectionThatIsNoHttp() {
        Conversation joined = Conversation.joined();
        joined.client("\u0016\u0003\u0001")
                .server("\u0016\u0003\u0001")
                .clientGap(-1)
                .client("PRI * HTTP/2.0\r\n")
                .close();
        assertThat(joined.events()).isEmpty();
    }

    /** So it is where packets were cut when they were captured. */
    @Test
    void tellsOfARequestLineAsMuchAsThereIs() {
        whole.client("GET /latest/meta-data/ho").clientGap(50).server(OK);
        whole.client("GET /latest/meta-data/ma").clientGap(50).server(OK).close();
        assertThat(whole.events())
                .containsExactly(
                        "#1 malformed HEAD_INCOMPLETE GET /latest/meta-data/ho -1",
                        "#1 response 200 1 [Content-Length=2]",
                        "#1 end ANSWERED 2",
                        "#2 malformed HEAD_INCOMPLETE GET /latest/meta-data/ma -1",
                        "#2 response 200 1 [Content-Length=2]",
                        "#2 end ANSWERED 2");
    }
}
