package dev.imdsanalyzer.imds.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import org.junit.jupiter.api.Test;

/** Requests whose token IMDS did not take. */
class TokenInvalidTest {
    private static ImdsCall refused(String token) {
        return new Exchanges()
                .answered(
                        "GET /latest/meta-data/ HTTP/1.1\nX-aws-ec2-metadata-token: " + token,
                        "HTTP/1.1 401 Unauthorized");
    }

    @Test
    void aBadTokenIsToBeFetchedAnew() {
        ImdsCall call = refused("AQAEAexpired");

        assertThat(call.findings()).contains(Finding.TOKEN_INVALID);
        assertThat(call.advice()).startsWith("Let the program get a new token").doesNotContain("Nothing to mend");
    }

    @Test
    void aTokenThatIsMeantToBeBadNeedsNoMending() {
        ImdsCall call = refused("INVALID");

        assertThat(call.findings()).contains(Finding.TOKEN_INVALID);
        assertThat(call.advice()).startsWith("Nothing to mend");
    }

    @Test
    void noCallWithAFindingIsWithoutAdvice() {
        for (ImdsCall call : new ImdsCall[] {refused("AQAEAexpired"), refused("INVALID")}) {
            assertThat(call.advice()).isNotBlank();
        }
    }
}
