package dev.imdsanalyzer.imds.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.http.Anomaly;
import dev.imdsanalyzer.http.Exchange;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.CloseReason;
import org.junit.jupiter.api.Test;

class ExchangeTrackerTest {
    private static final String OK = "HTTP/1.1 200 OK\nServer: EC2ws\nContent-Length: 56";
    private static final String EMPTY_TOKEN = "GET /latest/meta-data/ HTTP/1.1\nX-aws-ec2-metadata-token:";
    private static final String SECRET = "AQAAAHp4dvYverySecret";

    private final Exchanges exchanges = new Exchanges();

    @Test
    void tellsTheWholeExchange() {
        ImdsCall call = exchanges.answered(
                "GET /latest/meta-data/a%20b?x=1 HTTP/1.1\nUser-Agent: curl/7.88.1\nX-aws-ec2-metadata-token: "
                        + SECRET,
                "HTTP/1.0 200 OK\nServer: EC2ws\nX-Aws-Ec2-Metadata-Token-Ttl-Seconds: 21599");

        assertThat(call.timestampNanos()).isEqualTo(Exchanges.START);
        assertThat(call.durationNanos()).isEqualTo(812_345);
        assertThat(call.outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.responseBodyBytes()).isEqualTo(56);
        assertThat(call.server()).isEqualTo("EC2ws");
        assertThat(call.method()).isEqualTo("GET");
        assertThat(call.httpVersion()).isEqualTo("1.1");
        assertThat(call.path()).isEqualTo("/latest/meta-data/a%20b");
        assertThat(call.query()).isEqualTo("x=1");
        assertThat(call.userAgentName()).isEqualTo("curl");
        assertThat(call.userAgentVersion()).isEqualTo("7.88.1");
        assertThat(call.tokenPresent()).isTrue();
        assertThat(call.tokenTtlGrantedSeconds()).isEqualTo(21_599);
        assertThat(call.findings()).isEmpty();
        assertThat(call.advice()).isNull();
        assertThat(call.toString()).doesNotContain(SECRET);
    }

    @Test
    void keepsTheTtlThatATokenRequestAskedFor() {
        ImdsCall call = exchanges.answered(
                "PUT /latest/api/token HTTP/1.1\nX-aws-ec2-metadata-token-ttl-seconds: 300",
                OK + "\nX-aws-ec2-metadata-token-ttl-seconds: 300");

        assertThat(call.tokenTtlSeconds()).isEqualTo(300);
        assertThat(call.tokenTtlGrantedSeconds()).isEqualTo(300);
        assertThat(call.tokenPresent()).isFalse();
    }

    @Test
    void countsARequestWithAnEmptyTokenAsV1WhenItWasServedWithoutOne() {
        ImdsCall call = exchanges.answered(EMPTY_TOKEN, OK);

        assertThat(call.version()).isEqualTo(ImdsVersion.V1);
        assertThat(call.tokenPresent()).isTrue();
        assertThat(call.findings()).containsExactly(Finding.IMDSV1_REQUEST);
        assertThat(call.detail()).contains("empty");
    }

    @Test
    void countsARequestWithAnEmptyTokenAsV2WhenItWasRejected() {
        ImdsCall call = exchanges.answered(EMPTY_TOKEN, "HTTP/1.1 401 Unauthorized");

        assertThat(call.version()).isEqualTo(ImdsVersion.V2);
        assertThat(call.findings()).containsExactly(Finding.TOKEN_INVALID);
    }

    @Test
    void countsARequestWithAnEmptyTokenAsV2WhenTheAnswerHasTheTokensTime() {
        ImdsCall call = exchanges.answered(EMPTY_TOKEN, OK + "\nX-aws-ec2-metadata-token-ttl-seconds: 9");

        assertThat(call.version()).isEqualTo(ImdsVersion.V2);
    }

    @Test
    void aLostRequestIsNeverShownAsV1() {
        ImdsCall call = exchanges.answered(null, OK);

        assertThat(call.version()).isEqualTo(ImdsVersion.UNKNOWN);
        assertThat(call.method()).isNull();
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.findings()).isEmpty();
        assertThat(call.detail()).isEqualTo("the request was lost");
    }

    @Test
    void anUnansweredRequestIsToldWithoutAnOutcome() {
        ImdsCall call = exchanges.unanswered("GET /latest/meta-data/ HTTP/1.1", CloseReason.RESET);

        assertThat(call.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(call.status()).isZero();
        assertThat(call.durationNanos()).isEqualTo(-1);
        assertThat(call.responseBodyBytes()).isEqualTo(-1);
        assertThat(call.findings()).containsExactly(Finding.IMDSV1_REQUEST);
    }

    @Test
    void bytesThatAreNoHttpBecomeACallOfUnknownVersion() {
        ImdsCall call = exchanges.malformed(Anomaly.TLS);
        assertThat(call.version()).isEqualTo(ImdsVersion.UNKNOWN);
        assertThat(call.findings()).containsExactly(Finding.MALFORMED_REQUEST);
        assertThat(call.detail()).startsWith("a TLS handshake");
        assertThat(call.advice()).isNotBlank();
    }

    @Test
    void textsOfAStrangerAreCut() {
        ImdsCall call =
                exchanges.answered("GET /" + "a".repeat(60_000) + " HTTP/1.1\nUser-Agent: " + "u".repeat(60_000), OK);

        assertThat(call.path()).hasSizeLessThan(2100).endsWith("…");
        assertThat(call.userAgent()).hasSizeLessThan(1100).endsWith("…");
    }

    @Test
    void aMissingAnswerInTheCaptureIsNoFaultOfImds() {
        exchanges.play("PUT /latest/api/token HTTP/1.1", null, Exchange.End.RESPONSE_LOST);

        assertThat(exchanges.only().findings()).isEmpty();
        assertThat(exchanges.only().detail()).contains("missing from the capture");
    }

    @Test
    void aFaultFurtherDownIsCountedAndSurvived() {
        Exchanges faulty = new Exchanges(call -> {
            throw new IllegalStateException("on purpose");
        });

        faulty.play("GET / HTTP/1.1", "HTTP/1.1 200 OK", Exchange.End.ANSWERED);

        assertThat(faulty.counters.get(Counter.INTERNAL_ERRORS)).isEqualTo(1);
        assertThat(faulty.counters.faults().total()).isEqualTo(1);
    }
}
