package dev.imdsanalyzer.http;

import static dev.imdsanalyzer.http.Conversation.allWays;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Messages and their bodies, nothing missing. */
class HttpDecoderTest {
    static final String GET = "GET /a HTTP/1.1\r\n\r\n";
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab";

    @Test
    void matchesAResponseWithItsRequest() {
        assertThat(allWays(c -> c.client(GET).server(OK)))
                .containsExactly("#1 request GET /a 1", "#1 response 200 1 [Content-Length=2]", "#1 end ANSWERED 2");
    }

    @Test
    void keepsAConnectionAlive() {
        assertThat(allWays(c -> c.client("PUT /t HTTP/1.1\r\nA: b\r\n\r\n")
                        .server(OK)
                        .client("GET /1 HTTP/1.1\r\n\r\n")
                        .server("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")))
                .containsExactly(
                        "#1 request PUT /t 1 [A=b]",
                        "#1 response 200 1 [Content-Length=2]",
                        "#1 end ANSWERED 2",
                        "#2 request GET /1 1",
                        "#2 response 404 1 [Content-Length=0]",
                        "#2 end ANSWERED 0");
    }

    @Test
    void matchesPipelinedResponsesInOrder() {
        assertThat(allWays(c -> c.client("GET /1 HTTP/1.1\r\n\r\nHEAD /2 HTTP/1.1\r\n\r\n\r\nGET /3 HTTP/1.1\r\n\r\n")
                        .server("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
                                + "HTTP/1.1 201 OK\r\nContent-Length: 9\r\n\r\n"
                                + "HTTP/1.1 202 OK\r\nContent-Length: 0\r\n\r\n")))
                .containsExactly(
                        "#1 request GET /1 1",
                        "#2 request HEAD /2 1",
                        "#3 request GET /3 1",
                        "#1 response 200 1 [Content-Length=1]",
                        "#1 end ANSWERED 1",
                        "#2 response 201 1 [Content-Length=9]",
                        "#2 end ANSWERED 0",
                        "#3 response 202 1 [Content-Length=0]",
                        "#3 end ANSWERED 0");
    }

    @Test
    void skipsRequestBodiesOfKnownLength() {
        assertThat(allWays(c -> c.client("PUT /1 HTTP/1.1\r\nContent-Length: 19\r\n\r\n" + GET + GET)))
                .containsExactly(
                        "#1 request PUT /1 1 [Content-Length=19]",
                        "#2 request GET /a 1",
                        "#1 end CLOSED_UNANSWERED",
                        "#2 end CLOSED_UNANSWERED");
    }

    @Test
    void skipsChunkedBodiesWithExtensionsAndTrailers() {
        String chunked = "5;name=\"v\"\r\nGET /\r\n00A \n0123456789\n0;x\r\nTrailer: x\r\n\r\n";
        assertThat(allWays(c -> c.client("PUT /1 HTTP/1.1\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n" + chunked + GET)
                        .server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked + OK)))
                .containsExactly(
                        "#1 request PUT /1 1 [Transfer-Encoding=gzip, Chunked]",
                        "#2 request GET /a 1",
                        "#1 response 200 1 [Transfer-Encoding=chunked]",
                        "#1 end ANSWERED 15",
                        "#2 response 200 1 [Content-Length=2]",
                        "#2 end ANSWERED 2");
    }

    @Test
    void prefersChunkedCodingToALength() {
        assertThat(allWays(c -> c.client(
                        "PUT /1 HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"
                                + GET)))
                .contains("#2 request GET /a 1");
    }

    @Test
    void takesEqualLengthsForOne() {
        assertThat(allWays(c ->
                        c.client("PUT /1 HTTP/1.1\r\nContent-Length: 3, 03\r\nContent-Length: 3\r\n\r\nabc" + GET)))
                .contains("#2 request GET /a 1");
    }

    @Test
    void takesABodyWhoseLengthIsUnknowableForNoneIfARequestFollows() {
        for (String field : new String[] {
            "Content-Length: 3\r\nContent-Length: 4",
            "Content-Length: 3, 4",
            "Content-Length: -1",
            "Content-Length: +1",
            "Content-Length: 0x10",
            "Content-Length:",
            "Content-Length: 9999999999999999999",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunked, gzip"
        }) {
            String broken = "PUT /1 HTTP/1.1\r\n" + field + "\r\n\r\n";
            assertThat(allWays(c -> c.client(broken + GET).server(OK + OK)))
                    .as(field)
                    .contains("#1 malformed BAD_BODY_LENGTH")
                    .containsSubsequence("#1 end ANSWERED 2", "#2 end ANSWERED 2");
            assertThat(allWays(c -> c.client(broken + "x" + GET).server(OK)))
                    .as("no request is %s", "xGET")
                    .contains("#1 malformed BAD_BODY_LENGTH", "#1 end ANSWERED 2")
                    .noneMatch(event -> event.startsWith("#2"));
        }
    }

    @Test
    void findsTheNextRequestBehindDamagedChunks() {
        for (String chunks : new String[] {
            "", "x\r\n", "\r\n", "5\r\nabcdeX\r\n", "5\r\nabcde", "fffffffffffffffff\r\n", "0\r\n\rx\r\n", "-1\r\n"
        }) {
            for (String next : new String[] {"GET", "DELETE", "CONNECT"}) {
                assertThat(allWays(c -> c.client("PUT /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + next
                                        + " /b HTTP/1.1\r\n\r\n")
                                .server(OK)
                                .server(OK)))
                        .as(chunks)
                        .contains("#1 malformed BAD_CHUNK", "#2 request " + next + " /b 1")
                        .containsSubsequence("#1 end ANSWERED 2", "#2 end ANSWERED 2");
            }
        }
    }

    @Test
    void takesWhatComesInsteadOfABodyForTheNextRequestOnceTheFirstIsAnswered() {
        for (String body : new String[] {"Content-Length: 1000", "Transfer-Encoding: chunked"}) {
            String ask = "GET /1 HTTP/1.1\r\n" + body + "\r\n\r\n";
            assertThat(allWays(c -> c.client(ask)
                            .server(OK)
                            .client(GET)
                            .server(OK)
                            .client(GET)
                            .server(OK)))
                    .containsSubsequence(
                            "#1 end ANSWERED 2", "#2 request GET /a 1", "#2 end ANSWERED 2", "#3 end ANSWERED 2");
        }
        assertThat(allWays(c -> c.client("PUT /1 HTTP/1.1\r\nContent-Length: 8\r\n\r\n")
                        .server(OK)
                        .client("GET /abc" + GET)))
                .as("servers that read the line as one answer it so")
                .contains("#2 request GET /abcGET /a 1 BAD_REQUEST_LINE");
    }

    @Test
    void endsAnExchangeInPartWhenItsResponseIsDamaged() {
        assertThat(allWays(c -> c.client(GET).server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")))
                .containsExactly(
                        "#1 request GET /a 1",
                        "#1 response 200 1 [Transfer-Encoding=chunked]",
                        "#1 end ANSWERED_IN_PART 0",
                        "malformed response BAD_CHUNK");
    }

    @Test
    void expectsNoBodyWhereThereIsNone() {
        for (String status : new String[] {"204 No Content", "304 Not Modified"}) {
            assertThat(allWays(c ->
                            c.client(GET + GET).server("HTTP/1.1 " + status + "\r\nContent-Length: 5\r\n\r\n" + OK)))
                    .as(status)
                    .endsWith("#2 response 200 1 [Content-Length=2]", "#2 end ANSWERED 2");
        }
    }

    @Test
    void passesOverInterimResponses() {
        assertThat(allWays(c -> c.client("PUT /1 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
                        .server("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n")
                        .client("x")
                        .server(OK)))
                .containsExactly(
                        "#1 request PUT /1 1 [Expect=100-continue] [Content-Length=1]",
                        "#1 response 200 1 [Content-Length=2]",
                        "#1 end ANSWERED 2");
    }

    @Test
    void readsABodyUntilTheConnectionIsClosed() {
        assertThat(allWays(c ->
                        c.client(GET).server("HTTP/1.0 200 OK\r\n\r\n" + OK).serverEnds()))
                .containsExactly("#1 request GET /a 1", "#1 response 200 0", "#1 end ANSWERED " + OK.length());
    }

    @Test
    void stopsAtSwitchedProtocols() {
        assertThat(allWays(c -> c.client("GET /a HTTP/1.1\r\nUpgrade: h2c\r\n\r\n")
                        .server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n\u0000\u0000\u0012")
                        .client("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")))
                .containsExactly(
                        "#1 request GET /a 1 [Upgrade=h2c]", "#1 response 101 1 [Upgrade=h2c]", "#1 end ANSWERED 0");
    }

    @Test
    void goesOnWhenAnOfferedUpgradeIsIgnored() {
        assertThat(allWays(c -> c.client("GET /a HTTP/1.1\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n")
                        .server(OK)
                        .client(GET)
                        .server(OK)))
                .endsWith("#2 request GET /a 1", "#2 response 200 1 [Content-Length=2]", "#2 end ANSWERED 2");
    }

    @Test
    void stopsInsideATunnel() {
        assertThat(allWays(c -> c.client("CONNECT a:80 HTTP/1.1\r\n\r\n")
                        .server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\u0016\u0003")
                        .client("\u0016\u0003\u0001")))
                .containsExactly(
                        "#1 request CONNECT a:80 1", "#1 response 200 1 [Content-Length=2]", "#1 end ANSWERED 2");
        assertThat(allWays(c -> c.client("CONNECT a:80 HTTP/1.1\r\n\r\n")
                        .server("HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n")
                        .client(GET)))
                .contains("#2 request GET /a 1");
    }

    @Test
    void passesOverTheBareContentThatAnswersHttp09() {
        assertThat(allWays(
                        c -> c.client("GET /a\r\nmore\r\n").server("ami-id\n").serverEnds()))
                .containsExactly("#1 request GET /a 9", "#1 end CLOSED_UNANSWERED");
        assertThat(allWays(c -> c.client("GET /a\r\n").server("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")))
                .endsWith("#1 response 400 1 [Content-Length=0]", "#1 end ANSWERED 0");
    }

    @Test
    void tellsBytesThatAreNoHttpOnceAndFindsTheRequestBehindThem() {
        assertThat(allWays(c -> c.client("\u0016\u0003\u0001\u0000")
                        .client(GET)
                        .server(OK)
                        .server(OK)))
                .startsWith("#1 malformed TLS", "#2 request GET /a 1")
                .contains("#2 end ANSWERED 2");
        assertThat(allWays(c -> c.client("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")))
                .containsExactly("#1 malformed HTTP2_PREFACE", "#1 end CLOSED_UNANSWERED");
    }

    @Test
    void keepsRequestsWhoseResponseIsNoHttp() {
        assertThat(allWays(c -> c.client(GET).server("SSH-2.0\r\n").client(GET).server(OK)))
                .containsExactly(
                        "#1 request GET /a 1",
                        "malformed response BAD_STATUS_LINE",
                        "#1 end RESPONSE_LOST",
                        "#2 request GET /a 1",
                        "#2 response 200 1 [Content-Length=2]",
                        "#2 end ANSWERED 2");
    }

    @Test
    void tellsOfAHeadThatNeverBecameComplete() {
        assertThat(allWays(c -> c.client(GET).server(OK).client("GET /b HTTP/1.1\r\nHost: x\r\n")))
                .endsWith(
                        "#1 end ANSWERED 2",
                        "#2 malformed HEAD_INCOMPLETE GET /b 1 [Host]",
                        "#2 end CLOSED_UNANSWERED");
        assertThat(allWays(c -> c.client("GET /b HTTP/1.1\r\n").clientEnds()))
                .containsExactly("#1 malformed HEAD_INCOMPLETE GET /b 1", "#1 end CLOSED_UNANSWERED");
        assertThat(allWays(c -> c.client("\u0016"))).startsWith("#1 malformed NOT_HTTP");
        assertThat(allWays(c -> c.client("\r\n\r\n"))).isEmpty();
        assertThat(allWays(c -> c.client(GET).server("HTTP/1.1 200 OK\r\n")))
                .containsExactly("#1 request GET /a 1", "#1 response 200 1", "#1 end ANSWERED_IN_PART 0");
        assertThat(allWays(c -> c.client(GET).server("HTTP/1.1 20")))
                .containsExactly("#1 request GET /a 1", "#1 end CLOSED_UNANSWERED");
    }

    @Test
    void answersWaitForTheEndOfTheBody() {
        Conversation conversation = Conversation.whole();
        conversation.client(GET).server("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
        assertThat(conversation.events()).last().isEqualTo("#1 response 200 1 [Content-Length=4]");
        conversation.server("cd");
        assertThat(conversation.events()).last().isEqualTo("#1 end ANSWERED 4");
    }
}
