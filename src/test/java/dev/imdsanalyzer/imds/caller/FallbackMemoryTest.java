package dev.imdsanalyzer.imds.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.imds.exchange.Exchanges;
import dev.imdsanalyzer.tcp.CloseReason;
import org.junit.jupiter.api.Test;

class FallbackMemoryTest {
    private static final String PUT = "PUT /latest/api/token HTTP/1.1\nX-aws-ec2-metadata-token-ttl-seconds: 300";
    private static final String GET = "GET /latest/meta-data/ HTTP/1.1";
    private static final String OK = "HTTP/1.1 200 OK";

    private final FallbackMemory memory = new FallbackMemory(new ImdsSettings(null));

    private static ImdsCall put(int status) {
        return new Exchanges().answered(PUT, "HTTP/1.1 " + status + " Status");
    }

    private static ImdsCall unansweredPut() {
        return new Exchanges().unanswered(PUT, CloseReason.RESET);
    }

    private static ImdsCall get() {
        return new Exchanges().answered(GET, OK);
    }

    @Test
    void marksTheV1CallsOfAProcessThatGotNoTokenForItsWholeLife() {
        memory.review(unansweredPut(), "1@5", null);

        for (int i = 0; i < 3; i++) {
            ImdsCall call = memory.review(get(), "1@5", null);
            assertThat(call.findings()).containsExactly(Finding.IMDSV1_REQUEST, Finding.IMDSV1_FALLBACK);
            assertThat(call.advice()).contains("mend the token request").contains("no answer");
        }
        assertThat(memory.review(get(), "2@5", null).findings()).containsExactly(Finding.IMDSV1_REQUEST);
    }

    @Test
    void aRefusedTokenCountsToo() {
        memory.review(put(403), "1@5", "box");

        assertThat(memory.review(get(), "1@5", "box").findings()).contains(Finding.IMDSV1_FALLBACK);
        assertThat(memory.review(get(), "2@5", "box").findings()).doesNotContain(Finding.IMDSV1_FALLBACK);
    }

    @Test
    void aProcessThatGotATokenLaterIsNoFallback() {
        memory.review(unansweredPut(), "1@5", null);
        memory.review(put(200), "1@5", null);

        assertThat(memory.review(get(), "1@5", null).findings()).doesNotContain(Finding.IMDSV1_FALLBACK);
    }

    @Test
    void processesOfOneContainerShareTheWayButNotForEver() {
        memory.review(unansweredPut(), "1@5", "box");
        assertThat(memory.review(get(), "2@6", "box").findings()).contains(Finding.IMDSV1_FALLBACK);

        Exchanges later = new Exchanges();
        later.pass(FallbackMemory.CONTAINER_NANOS + 1_000_000_000L);
        ImdsCall call = later.answered(GET, OK);

        assertThat(memory.review(call, "2@6", "box").findings()).doesNotContain(Finding.IMDSV1_FALLBACK);
        assertThat(memory.review(call, "1@5", "box").findings()).contains(Finding.IMDSV1_FALLBACK);
    }

    @Test
    void anUnknownCallerIsNeverMarked() {
        memory.review(unansweredPut(), null, null);

        assertThat(memory.review(get(), null, null).findings()).containsExactly(Finding.IMDSV1_REQUEST);
    }

    @Test
    void aV2CallIsNeverAFallback() {
        memory.review(unansweredPut(), "1@5", null);

        ImdsCall v2 = new Exchanges().answered(GET + "\nX-aws-ec2-metadata-token: a", OK);
        assertThat(memory.review(v2, "1@5", null)).isSameAs(v2);
    }

    @Test
    void forgetsTheCallerNotHeardOfForLongest() {
        for (int i = 0; i <= FallbackMemory.MAX_CALLERS; i++) {
            memory.review(put(403), i + "@5", null);
        }

        assertThat(memory.review(get(), "0@5", null).findings()).doesNotContain(Finding.IMDSV1_FALLBACK);
        assertThat(memory.review(get(), "1@5", null).findings()).contains(Finding.IMDSV1_FALLBACK);
    }
}
