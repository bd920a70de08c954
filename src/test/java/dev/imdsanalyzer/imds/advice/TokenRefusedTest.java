package dev.imdsanalyzer.imds.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.imds.caller.FallbackMemory;
import dev.imdsanalyzer.imds.exchange.Exchanges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Token requests that were answered, and gave no token. */
class TokenRefusedTest {
    private static final String PUT = "PUT /latest/api/token HTTP/1.1\nX-aws-ec2-metadata-token-ttl-seconds: 300";

    private final Exchanges exchanges = new Exchanges();

    private ImdsCall answered(String request, String response) {
        exchanges.connection.acknowledged = true;
        return exchanges.answered(request, response);
    }

    @ParameterizedTest
    @CsvSource({
        "200, text/plain, false",
        "200, TEXT/Plain; charset=utf-8, false",
        "200, text/plain;charset=utf-8, false",
        "200, text/html, true",
        "200, text/plainer, true",
        "200, application/json, true",
        "302, text/plain, true",
        "400, text/plain, true"
    })
    void aTokenIsPlainText(int status, String type, boolean refused) {
        ImdsCall call = answered(PUT, "HTTP/1.1 " + status + " Status\nContent-Type: " + type);

        assertThat(call.findings().contains(Finding.TOKEN_REFUSED)).isEqualTo(refused);
        assertThat(call.outcome()).isEqualTo(refused ? Outcome.FAILURE : Outcome.SUCCESS);
    }

    @Test
    void anAnswerWithoutABodyIsNoToken() {
        exchanges.connection.acknowledged = true;
        exchanges.responseBodyBytes = 0;
        ImdsCall call = exchanges.answered(PUT, "HTTP/1.1 200 OK");

        assertThat(call.findings()).containsExactly(Finding.TOKEN_REFUSED);
        assertThat(call.outcome()).isEqualTo(Outcome.FAILURE);
    }

    @Test
    void whatFollowsIsAFallback() {
        FallbackMemory memory = new FallbackMemory(new ImdsSettings(null));
        memory.review(answered(PUT, "HTTP/1.1 200 OK\nContent-Type: text/html"), "1@5", null);

        ImdsCall call =
                memory.review(new Exchanges().answered("GET /latest/ HTTP/1.1", "HTTP/1.1 200 OK"), "1@5", null);

        assertThat(call.findings()).contains(Finding.IMDSV1_FALLBACK);
    }

    @ParameterizedTest
    @CsvSource({
        "400, EC2ws, without a body",
        "400, Jetty(9.4), not EC2's",
        "502, nginx, not EC2's",
        "503, EC2ws, back off",
        "500, EC2ws, after a pause",
        "405, EC2ws, in the place of IMDS"
    })
    void adviceNamesWhoAnswered(int status, String server, String advice) {
        assertThat(answered(PUT, "HTTP/1.1 " + status + " Status\nServer: " + server)
                        .advice())
                .contains(advice);
    }

    @Test
    void aSlashAtTheEndIsTold() {
        ImdsCall call = answered(PUT.replace("token ", "token/ "), "HTTP/1.1 403 Forbidden");

        assertThat(call.findings()).containsExactly(Finding.TOKEN_FORBIDDEN);
        assertThat(call.advice()).contains("without a slash");
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD / HTTP/1.1, a bare probe",
        "GET / HTTP/1.1_X-aws-ec2-metadata-token: INVALID, a probe for the version",
    })
    void probesAreToldAsSuch(String request, String detail) {
        assertThat(answered(request.replace('_', '\n'), "HTTP/1.1 401 Unauthorized")
                        .detail())
                .startsWith(detail);
    }

    @ParameterizedTest
    @CsvSource({
        "//latest/api/token, 403",
        "/latest/api%2Ftoken, 404",
        "/latest/./api/token, 403",
        "/Latest/api/token, 404",
        "/latest/meta-data/api/token, 404",
        "/latest/api/token/, 301"
    })
    void anotherPathThanTheTokensIsTold(String path, int status) {
        ImdsCall call = answered(PUT.replace("/latest/api/token", path), "HTTP/1.1 " + status + " Status");

        assertThat(call.findings()).containsExactly(status == 403 ? Finding.TOKEN_FORBIDDEN : Finding.TOKEN_REFUSED);
        assertThat(call.advice()).startsWith("Ask for the token at /latest/api/token");
        ImdsCall next = new FallbackMemoryProbe().after(call);
        assertThat(next.findings()).contains(Finding.IMDSV1_FALLBACK);
    }

    /** What IMDSv1 by the same process is then. */
    private static final class FallbackMemoryProbe {
        private final FallbackMemory memory = new FallbackMemory(new ImdsSettings(null));

        ImdsCall after(ImdsCall call) {
            memory.review(call, "1@5", null);
            return memory.review(new Exchanges().answered("GET /latest/ HTTP/1.1", "HTTP/1.1 200 OK"), "1@5", null);
        }
    }

    @Test
    void aBareProbeThatIsRefusedNeedsNoMending() {
        assertThat(answered("HEAD / HTTP/1.1", "HTTP/1.1 401 Unauthorized").advice())
                .startsWith("Nothing to mend");
    }
}
