package dev.imdsanalyzer.imds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowListTest {
    private static ImdsCall credentials() {
        return new Exchanges()
                .answered(
                        "GET /latest/meta-data/iam/security-credentials/app HTTP/1.1\nX-aws-ec2-metadata-token: a",
                        "HTTP/1.1 200 OK");
    }

    @ParameterizedTest
    @CsvSource({
        "amazon-ssm-agent, /usr/bin/amazon-ssm-agent, true",
        "/usr/bin/amazon-ssm-agent, /usr/bin/amazon-ssm-agent, true",
        "/usr/bin/amazon-ssm-agent, /tmp/amazon-ssm-agent, false",
        "/usr/*/agent, /usr/local/bin/agent, true",
        "nginx.service, nginx.service, true",
        "nginx.*, nginx.service, true",
        "agent?, agent1, true",
        "agent?, agent, false",
        "a.b, axb, false",
        "**, anything, true",
        "'[x]', x, false",
    })
    void comparesNamesAndGlobs(String pattern, String name, boolean allowed) {
        ImdsCall call = new AllowList(List.of(pattern)).review(credentials(), null, name);

        assertThat(call.findings().contains(Finding.UNEXPECTED_CALLER)).isEqualTo(!allowed);
        assertThat(call.advice() == null).isEqualTo(allowed);
    }

    /** A caller may name its program so that a matcher that goes back to every star runs for years. */
    @Test
    @Timeout(60)
    void takesLittleTimeWhateverTheNameIs() {
        AllowList list = new AllowList(List.of("*a*a*a*a*a*a*a*a*b"));
        ImdsCall call = credentials();
        assertThat(list.review(call, "a".repeat(4_000)).findings()).contains(Finding.UNEXPECTED_CALLER);
        assertThat(list.review(call, "a".repeat(4_000) + "b").findings()).doesNotContain(Finding.UNEXPECTED_CALLER);
    }

    @Test
    void anEmptyListAllowsEverybody() {
        assertThat(new AllowList(List.of()).review(credentials()).findings()).isEmpty();
    }

    @Test
    void whoIsNotNamedIsNotAllowed() {
        assertThat(new AllowList(List.of("x")).review(credentials()).findings())
                .containsExactly(Finding.UNEXPECTED_CALLER);
    }

    @Test
    void onlyCredentialsMatter() {
        ImdsCall call = new Exchanges().answered("GET /latest/meta-data/ HTTP/1.1", "HTTP/1.1 200 OK");

        assertThat(new AllowList(List.of("x")).review(call)).isSameAs(call);
    }
}
