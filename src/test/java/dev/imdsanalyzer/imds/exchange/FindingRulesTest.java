package dev.imdsanalyzer.imds.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.http.Exchange;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.Operation;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.FakeConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingRulesTest {
    private static final String GET = "GET /latest/meta-data/ HTTP/1.1";
    private static final String GET_V2 = GET + "\nX-aws-ec2-metadata-token: a";
    private static final String PUT = "PUT /latest/api/token HTTP/1.1\nX-aws-ec2-metadata-token-ttl-seconds: 300";
    private static final String GRANTED = "HTTP/1.1 200 OK\nX-aws-ec2-metadata-token-ttl-seconds: 300";

    private final Exchanges exchanges = new Exchanges();

    @ParameterizedTest
    @CsvSource({
        "v1, 200, imdsv1-request",
        "v1, 404, imdsv1-request",
        "v1, 401, imdsv1-rejected",
        "v1, 403, ''",
        "v1, 503, imdsv1-request throttled",
        "v2, 200, ''",
        "v2, 404, ''",
        "v2, 401, token-invalid",
        "v2, 403, ''",
        "v2, 429, throttled",
        "put, 200, ''",
        "put, 400, token-refused",
        "put, 404, token-refused",
        "put, 405, token-refused",
        "put, 401, token-refused",
        "put, 429, throttled",
        "put, 500, token-refused",
        "put, 502, token-refused",
        "put, 204, ''",
        "put, 403, token-forbidden",
        "put, 503, throttled token-refused",
        "get-token, 405, ''",
    })
    void findingsFollowFromRequestAndStatus(String kind, int status, String expected) {
        exchanges.connection.acknowledged = true;
        String request = switch (kind) {
            case "v1" -> GET;
            case "v2" -> GET_V2;
            case "put" -> PUT;
            default -> "GET /latest/api/token HTTP/1.1";
        };

        ImdsCall call = exchanges.answered(request, "HTTP/1.1 " + status + " Status");

        assertThat(codes(call)).isEqualTo(expected);
        if (expected.isEmpty()) {
            assertThat(call.advice()).isNull();
        } else {
            assertThat(call.advice()).as("a sentence").hasSizeGreaterThan(20).endsWith(".");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RESET, token-unanswered",
        "FINISHED, token-unanswered",
        "IDLE, token-unanswered",
        "REPLACED, token-unanswered",
        "CAPTURE_ENDED, ''",
        "EVICTED, ''"
    })
    void aTokenRequestIsUnansweredOnlyWhenWeWatchedToItsEnd(CloseReason reason, String expected) {
        assertThat(codes(exchanges.unanswered(PUT, reason))).isEqualTo(expected);
    }

    @Test
    void aTokenRequestThatTimesOutIsUnanswered() {
        exchanges.play(PUT, null, Exchange.End.TIMED_OUT);

        assertThat(codes(exchanges.only())).isEqualTo("token-unanswered");
    }

    @Test
    void aLowTimeToLiveWithRetransmissionsAndNoAcknowledgmentIsADroppedResponse() {
        exchanges.connection.timeToLive = 1;
        exchanges.play(PUT, GRANTED, Exchange.End.ANSWERED);
        assertThat(exchanges.calls).isEmpty();

        exchanges.connection.responseRetransmissions = 2;
        exchanges.close(CloseReason.FINISHED);

        ImdsCall call = exchanges.only();
        assertThat(codes(call)).isEqualTo("token-response-dropped");
        assertThat(call.outcome()).isEqualTo(Outcome.FAILURE);
        assertThat(call.advice())
                .contains("aws ec2 modify-instance-metadata-options --instance-id i-0123456789abcdef0"
                        + " --http-put-response-hop-limit 2");
    }

    @Test
    void anIcmpTimeExceededConfirmsADroppedResponse() {
        exchanges.connection.timeToLive = 1;
        exchanges.play(PUT, GRANTED, Exchange.End.ANSWERED);
        exchanges.connection.timeExceeded = true;
        exchanges.close(CloseReason.RESET);

        assertThat(codes(exchanges.only())).isEqualTo("token-response-dropped");
    }

    @Test
    void anIcmpTimeExceededTellsEvenOfAResponseThatWasNotSeen() {
        exchanges.connection.timeExceeded = true;

        assertThat(codes(exchanges.unanswered(PUT, CloseReason.RESET))).isEqualTo("token-response-dropped");
    }

    @Test
    void aLowTimeToLiveAloneIsNoFinding() {
        exchanges.connection.timeToLive = 1;
        exchanges.play(PUT, GRANTED, Exchange.End.ANSWERED);
        exchanges.close(CloseReason.RESET);

        assertThat(codes(exchanges.only())).isEmpty();
    }

    @Test
    void whatTheCallerAcknowledgedItHas() {
        exchanges.connection.timeToLive = 1;
        exchanges.play(PUT, GRANTED, Exchange.End.ANSWERED);
        exchanges.connection.responseRetransmissions = 1;
        exchanges.connection.timeExceeded = true;
        exchanges.connection.acknowledged = true;
        exchanges.close(CloseReason.FINISHED);

        assertThat(codes(exchanges.only())).isEmpty();
    }

    @Test
    void anAnswerWithHopsToSpareThatIsSentAgainInVainIsStoppedByTheHost() {
        exchanges.connection.timeToLive = 64;
        exchanges.play(PUT, GRANTED, Exchange.End.ANSWERED);
        exchanges.connection.responseRetransmissions = 3;
        exchanges.close(CloseReason.RESET);

        ImdsCall call = exchanges.only();
        assertThat(codes(call)).isEqualTo("token-unanswered");
        assertThat(call.outcome()).isEqualTo(Outcome.FAILURE);
        assertThat(call.detail()).isEqualTo("the answer came to this host and did not reach the caller");
        assertThat(call.advice()).contains("firewall").doesNotContain("hop-limit");
    }

    @Test
    void anAnswerThatArrivesAtTheSecondTryIsNoFinding() {
        exchanges.connection.timeToLive = 64;
        exchanges.play(PUT, GRANTED, Exchange.End.ANSWERED);
        exchanges.connection.responseRetransmissions = 1;
        exchanges.pass(HeldCalls.PROOF_NANOS);
        assertThat(exchanges.calls).isEmpty();

        exchanges.connection.acknowledged = true;
        exchanges.pass(1);

        assertThat(codes(exchanges.only())).isEmpty();
    }

    @Test
    void whatEarlierAnswersOfTheConnectionWentThroughIsNoProof() {
        exchanges.connection.timeToLive = 1;
        exchanges.connection.responseRetransmissions = 2;
        exchanges.play(PUT, GRANTED, Exchange.End.ANSWERED);
        exchanges.close(CloseReason.RESET);

        assertThat(codes(exchanges.only())).isEmpty();
    }

    @Test
    void aHeldCallIsToldWithTheNextRequestOfItsConnection() {
        exchanges.connection.timeToLive = 1;
        exchanges.play(PUT, GRANTED, Exchange.End.ANSWERED);
        assertThat(exchanges.calls).isEmpty();

        exchanges.connection.acknowledged = true;
        exchanges.play(GET_V2, GRANTED, Exchange.End.ANSWERED);

        assertThat(exchanges.calls).extracting(ImdsCall::operation).containsExactly(Operation.TOKEN, Operation.GET);
    }

    @Test
    void aHeldCallWaitsNoLongerThanItsBound() {
        exchanges.connection.timeToLive = 1;
        exchanges.play(PUT, GRANTED, Exchange.End.ANSWERED);
        exchanges.pass(HeldCalls.MAX_WAIT_NANOS - 1_000_000_000L);
        assertThat(exchanges.calls).isEmpty();

        exchanges.pass(1_000_000_000L);

        assertThat(exchanges.calls).hasSize(1);
    }

    @Test
    void heldCallsAreBoundedInNumber() {
        exchanges.connection.timeToLive = 1;
        for (int i = 0; i <= HeldCalls.MAX_CALLS; i++) {
            exchanges.tracker.onEnd(new HeldExchange(), Exchange.End.CLOSED_UNANSWERED, Exchanges.START);
        }

        assertThat(exchanges.calls).hasSize(1);
    }

    private static String codes(ImdsCall call) {
        return String.join(" ", call.findings().stream().map(Finding::code).toList());
    }

    /** Each on a connection of its own. */
    private static final class HeldExchange implements Exchange {
        private final FakeConnection own = FakeConnection.undecoded();
        private Object attachment;

        @Override
        public FakeConnection connection() {
            return own;
        }

        @Override
        public boolean requestSeen() {
            return true;
        }

        @Override
        public boolean uncertain() {
            return false;
        }

        @Override
        public long requestNanos() {
            return 0;
        }

        @Override
        public boolean responseSeen() {
            return false;
        }

        @Override
        public long responseNanos() {
            return 0;
        }

        @Override
        public long responseBodyBytes() {
            return -1;
        }

        @Override
        public Object attachment() {
            return attachment;
        }

        @Override
        public void attach(Object newAttachment) {
            attachment = newAttachment;
        }
    }
}
