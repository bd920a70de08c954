package dev.imdsanalyzer.http;

import static dev.imdsanalyzer.http.HttpDecoderTest.GET;
import static dev.imdsanalyzer.http.HttpDecoderTest.OK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.tcp.CloseReason;
import org.junit.jupiter.api.Test;

/** Responses that come late or stop halfway, and the times that are told of requests and responses. */
class HttpDecoderTimeTest {
    private static final String LONG = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";

    private final Conversation whole = Conversation.whole();

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
