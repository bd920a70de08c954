package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.FakeConnection;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Which request a response answers where others are missing: sequence and acknowledgment numbers tell, and where they do
 * not, nobody does. Both directions' numbers run over 2^32 within the first messages.
 */
class AnswersByNumbersTest {
    private static final long SECOND = 1_000_000_000L;

    private final EventLog log = new EventLog();
    private final Counters counters = new Counters();
    private final HttpDecoder decoder = new HttpDecoder(log, HttpLimits.defaults(), counters);
    private final FakeConnection connection = new FakeConnection(1, true);

    private long now = 1_000 * SECOND;
    private long clientSent = 0xFFFF_FFF0L;
    private long serverSent = 0xFFFF_FFE0L;
    /** How far each has received the other, as its acknowledgment numbers say. */
    private long clientHas = serverSent;

    private long serverHas = clientSent;

    AnswersByNumbersTest() {
        decoder.onOpen(connection);
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\n\r\n";
    }

    private static String answer(int status) {
        return "HTTP/1.1 " + status + " Word\r\nContent-Length: 0\r\n\r\n";
    }

    private void present(Direction direction, String text) {
        now += 1_000_000;
        byte[] bytes = Bytes.of(text);
        assertThat(decoder.onBytes(connection, direction, bytes, 0, bytes.length, now))
                .isEqualTo(bytes.length);
    }

    private AnswersByNumbersTest client(String text) {
        clientSent = clientSent + text.length() & 0xFFFF_FFFFL;
        connection.presentedEnds.put(Direction.REQUEST, clientSent);
        connection.presentedAcknowledgments.put(Direction.REQUEST, clientHas);
        present(Direction.REQUEST, text);
        return this;
    }

    private AnswersByNumbersTest server(String text) {
        serverSent = serverSent + text.length() & 0xFFFF_FFFFL;
        connection.presentedEnds.put(Direction.RESPONSE, serverSent);
        connection.presentedAcknowledgments.put(Direction.RESPONSE, serverHas);
        present(Direction.RESPONSE, text);
        return this;
    }

    /** The server sends it when it has received all that the client sent so far, and then the client has it. */
    private AnswersByNumbersTest exchanged(int status) {
        return serverHasAll().server(answer(status)).clientHasAll();
    }

    private AnswersByNumbersTest clientHasAll() {
        clientHas = serverSent;
        return this;
    }

    private AnswersByNumbersTest serverHasAll() {
        serverHas = clientSent;
        return this;
    }

    private AnswersByNumbersTest clientLost(String text) {
        clientSent = clientSent + text.length() & 0xFFFF_FFFFL;
        connection.presentedEnds.put(Direction.REQUEST, clientSent);
        decoder.onGap(connection, Direction.REQUEST, text.length(), now);
        return this;
    }

    private AnswersByNumbersTest serverLost(String text) {
        serverSent = serverSent + text.length() & 0xFFFF_FFFFL;
        connection.presentedEnds.put(Direction.RESPONSE, serverSent);
        decoder.onGap(connection, Direction.RESPONSE, text.length(), now);
        return this;
    }

    private AnswersByNumbersTest later(long nanos) {
        now += nanos;
        return this;
    }

    /** What each request, and each answer to none, came to; in the order in which they began. */
    private List<String> told() {
        decoder.onClose(connection, CloseReason.FINISHED, now);
        return log.exchanges.stream().map(this::told).toList();
    }

    private String told(Exchange exchange) {
        String number = (String) exchange.attachment();
        StringBuilder told = new StringBuilder();
        for (String event : log.events) {
            if (event.startsWith(number + " ")) {
                String[] words = event.split(" ", -1);
                switch (words[1]) {
                    case "request" -> told.append(words[3]);
                    case "response" -> told.append(" ").append(words[2]);
                    case "unmatched" -> told.append("- ").append(words[3]);
                    case "end" -> told.append(words[2].equals("ANSWERED") ? "" : " " + words[2]);
                    default -> told.append(" ").append(words[1]);
                }
            }
        }
        return told.toString();
    }

    @Test
    void nothingIsMissing() {
        client(get("/a")).exchanged(200);
        client(get("/b")).exchanged(404);
        assertThat(told()).containsExactly("/a 200", "/b 404");
        assertThat(counters.get(Counter.RESPONSES_UNMATCHED)).isZero();
    }

    @Test
    void anAnswerThatIsMissingIsLostWhenTheClientAsksOn() {
        client(get("/a")).serverHasAll().serverLost(answer(200)).clientHasAll();
        client(get("/b")).exchanged(404);
        assertThat(log.events.subList(0, 3))
                .containsExactly("#1 request GET /a 1", "#1 end RESPONSE_LOST", "#2 request GET /b 1");
        assertThat(told()).containsExactly("/a RESPONSE_LOST", "/b 404");
    }

    /** The gap is told when there is something behind it. */
    @Test
    void anAnswerThatIsMissingIsLostAlsoWhereThatIsToldAfterTheNextRequest() {
        client(get("/a")).serverHasAll();
        clientHas = serverSent + answer(200).length() & 0xFFFF_FFFFL;
        client(get("/b")).serverLost(answer(200));
        assertThat(log.events).hasSize(2);
        exchanged(404);
        assertThat(told()).containsExactly("/a RESPONSE_LOST", "/b 404");
    }

    /** It begins where the client had received all when it asked. */
    @Test
    void ofSeveralThatMayHaveBeenAnsweredItIsTheOneThatWasAskedJustBefore() {
        client(get("/a"));
        long first = answer(200).length();
        clientHas = serverSent + first & 0xFFFF_FFFFL;
        client(get("/b"));
        clientHas = serverSent + 2 * first & 0xFFFF_FFFFL;
        client(get("/c")).serverHasAll();
        serverLost(answer(200));
        server(answer(404));
        server(answer(503));
        assertThat(told()).containsExactly("/a RESPONSE_LOST", "/b 404", "/c 503");
    }

    @Test
    void anAnswerToARequestThatIsMissingIsNobodysElse() {
        clientLost(get("/a")).serverHasAll();
        // The next request is shown before the answer to the one that is missing.
        clientHas = serverSent + answer(403).length() & 0xFFFF_FFFFL;
        client(get("/b"));
        server(answer(403));
        exchanged(200);
        assertThat(told()).containsExactly("/b 200", "- 403");
        assertThat(counters.get(Counter.RESPONSES_UNMATCHED)).isEqualTo(1);
    }

    @Test
    void anAnswerThatWasSentBeforeTheRequestCameIsNotItsOwn() {
        client(get("/b"));
        server(answer(403));
        exchanged(200);
        assertThat(told()).containsExactly("/b 200", "- 403");
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() {
        client(get("/a")).client(get("/b")).serverHasAll();
        server(answer(200)).server(answer(404)).clientHasAll();
        client(get("/c")).exchanged(503);
        assertThat(told()).containsExactly("/a 200", "/b 404", "/c 503");
    }

    @Test
    void ofPipelinedRequestsNobodyCanTellWhoseAnswerIsMissing() {
        client(get("/a")).client(get("/b")).serverHasAll();
        serverLost(answer(200));
        server(answer(404));
        assertThat(told()).containsExactly("/a RESPONSE_LOST", "/b RESPONSE_LOST", "- 404");
    }

    /** The server had not received the second one when it answered. */
    @Test
    void ofPipelinedRequestsTheAnswerIsTheFirstOnesWhereTheServerHadNoOther() {
        client(get("/a")).serverHasAll().client(get("/b"));
        serverLost("HTTP/1.1 100 Continue\r\n\r\n");
        server(answer(200));
        exchanged(404);
        assertThat(told()).containsExactly("/a 200", "/b 404");
    }

    @Test
    void anInterimAnswerMovesTheBeginOfTheFinalOne() {
        String interim = "HTTP/1.1 100 Continue\r\n\r\n";
        client(get("/a")).serverHasAll().server(interim);
        clientHas = serverSent + answer(200).length() & 0xFFFF_FFFFL;
        client(get("/b"));
        serverHasAll();
        serverLost("");
        server(answer(200)).server(answer(404));
        assertThat(told()).containsExactly("/a 200", "/b 404");
    }

    @Test
    void whereTheNumbersAreNotKnownTheNewestIsAnsweredBehindAGap() {
        client(get("/a"));
        connection.presentedEnds.clear();
        connection.presentedAcknowledgments.clear();
        present(Direction.REQUEST, get("/b"));
        decoder.onGap(connection, Direction.RESPONSE, 40, now);
        present(Direction.RESPONSE, answer(404));
        assertThat(told()).last().isEqualTo("/b 404");
    }

    @Test
    void aRequestWhoseAnswerMayBeMissingIsOverWhenALaterOneIsAnswered() {
        client(get("/a")).serverHasAll().serverLost(answer(200)).later(6 * SECOND);
        decoder.advance(now);
        assertThat(log.events).last().isEqualTo("#1 end RESPONSE_LOST");
        clientHasAll().client(get("/b")).exchanged(404);
        assertThat(told()).containsExactly("/a RESPONSE_LOST", "/b 404");
    }

    /** The client had received less than what is missing when it asked: the answer may be among that. */
    @Test
    void aRequestThatIsShownLateMayHaveItsAnswerAmongWhatIsMissing() {
        serverLost(answer(200));
        client(get("/a")).serverHasAll();
        assertThat(told()).containsExactly("/a RESPONSE_LOST");
    }

    @Test
    void aRequestThatWasSentBehindWhatIsMissingWasNotAnsweredThere() {
        serverLost(answer(200)).clientHasAll();
        client(get("/a")).serverHasAll();
        assertThat(told()).containsExactly("/a CLOSED_UNANSWERED");
    }

    /** Where requests are missing, one of those may be answered in the place of one that was seen. */
    @Test
    void behindMissingRequestsAnAnswerIsTheOneThatBeginsWhereTheRequestWasSent() {
        client(get("/a")).exchanged(200);
        clientLost(get("/b")).serverHasAll().serverLost(answer(200)).clientHasAll();
        client(get("/c")).serverHasAll().server(answer(404));
        assertThat(told()).containsExactly("/a 200", "/c 404");
    }

    /** All answers were seen, and none between the two: one of them may be to the missing one. */
    @Test
    void aClientThatAskedOnWithoutAnAnswerPipelines() {
        client(get("/a")).exchanged(200);
        clientLost(get("/b"));
        client(get("/c")).serverHasAll().server(answer(404));
        assertThat(told()).containsExactly("/a 200", "/c RESPONSE_LOST", "- 404");
    }

    @Test
    void behindMissingRequestsAnAnswerThatBeginsLaterMayBeAnothers() {
        client(get("/a")).exchanged(200);
        clientLost(get("/b"));
        client(get("/c")).serverHasAll();
        serverLost(answer(404));
        server(answer(503));
        assertThat(told()).containsExactly("/a 200", "/c RESPONSE_LOST", "- 503");
    }

    /** What IMDS acknowledges and nobody has seen are requests. */
    @Test
    void anAnswerToMoreThanWasSeenMayBeToWhatWasNot() {
        client(get("/a")).serverHasAll();
        serverLost(answer(200));
        serverHas = clientSent + 20 & 0xFFFF_FFFFL;
        server(answer(404));
        assertThat(told()).containsExactly("/a RESPONSE_LOST", "- 404");
    }

    @Test
    void theAnswerToHalfAHeadIsItsOwnWhereTheServerHasNoMore() {
        connectionHolds("GET /a HTTP/1.1\r\nHo");
        serverHasAll().server(answer(408));
        assertThat(told()).containsExactly(" malformed 408");
    }

    @Test
    void whatTheClientHadWhenItBeganAHeadAnswersAnother() {
        clientLost(get("/a")).serverHasAll();
        clientHas = serverSent + answer(200).length() & 0xFFFF_FFFFL;
        connectionHolds("GET /b HTTP/1.1\r\nHo");
        server(answer(200));
        assertThat(log.events).anyMatch(event -> event.startsWith("#1 unmatched response 200"));
    }

    /** A head that is not whole stays with whoever presents it. */
    private void connectionHolds(String text) {
        clientSent = clientSent + text.length() & 0xFFFF_FFFFL;
        connection.presentedEnds.put(Direction.REQUEST, clientSent);
        connection.presentedAcknowledgments.put(Direction.REQUEST, clientHas);
        byte[] bytes = Bytes.of(text);
        decoder.onBytes(connection, Direction.REQUEST, bytes, 0, bytes.length, now);
    }
}
