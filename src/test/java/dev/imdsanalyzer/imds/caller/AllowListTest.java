package dev.imdsanalyzer.imds.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.exchange.Exchanges;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

    private static AllowList list(String... names) {
        return new AllowList(Stream.of(names)
                .map(name -> new AllowList.Entry(name, Map.of()))
                .toList());
    }

    private static AllowList parts(String... keysAndPatterns) {
        Map<String, String> parts = new HashMap<>();
        for (int i = 0; i < keysAndPatterns.length; i += 2) {
            parts.put(keysAndPatterns[i], keysAndPatterns[i + 1]);
        }
        return new AllowList(List.of(new AllowList.Entry(null, parts)));
    }

    private static CallerNames path(String path, boolean rootsFile) {
        return new CallerNames(path, rootsFile, null, null, null, null, null, null, null, null, null, null);
    }

    private static CallerNames unit(String unit) {
        return new CallerNames(null, false, unit, null, null, null, null, null, null, null, null, null);
    }

    private static boolean allows(AllowList list, CallerNames caller) {
        return !list.review(credentials(), caller).findings().contains(Finding.UNEXPECTED_CALLER);
    }

    @ParameterizedTest
    @CsvSource({
        "amazon-ssm-agent, /usr/bin/amazon-ssm-agent, true",
        "/usr/bin/amazon-ssm-agent, /usr/bin/amazon-ssm-agent, true",
        "/usr/bin/amazon-ssm-agent, /tmp/amazon-ssm-agent, false",
        "/usr/*/agent, /usr/local/bin/agent, true",
        "agent?, /bin/agent1, true",
        "agent?, /bin/agent, false",
        "a.b, /axb, false",
        "**, /anything, true",
        "'[x]', /x, false",
    })
    void comparesPathsWithNamesAndGlobs(String pattern, String path, boolean allowed) {
        ImdsCall call = list(pattern).review(credentials(), path(path, true));

        assertThat(call.findings().contains(Finding.UNEXPECTED_CALLER)).isEqualTo(!allowed);
        assertThat(call.advice() == null).isEqualTo(allowed);
    }

    /** Anybody may copy a program of that name into his home. */
    @Test
    void aNameWithoutAFolderAllowsOnlyFilesOfRoot() {
        assertThat(allows(list("amazon-ssm-agent"), path("/home/u/amazon-ssm-agent", false)))
                .isFalse();
        assertThat(allows(list("*ssm-agent"), path("/home/u/amazon-ssm-agent", false)))
                .isFalse();
        assertThat(allows(list("/opt/job/run"), path("/opt/job/run", false)))
                .as("whose folder was named")
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "nginx.service, nginx.service, true",
        "nginx.*, nginx.service, true",
        "agent.service, user@1000.service/agent.service, false",
        "*agent.service, user@1000.service/agent.service, false",
        "*, user@1000.service/agent.service, false",
        "user@1000.service, user@1000.service/agent.service, false",
        "user@1000.service/agent.service, user@1000.service/agent.service, true",
        "user@*/agent.service, user@1000.service/agent.service, true",
    })
    void aUsersUnitMatchesOnlyAPatternThatSaysSo(String pattern, String unit, boolean allowed) {
        assertThat(allows(list(pattern), unit(unit))).isEqualTo(allowed);
        assertThat(allows(parts("unit", pattern), unit(unit))).isEqualTo(allowed);
    }

    private static final CallerNames ALL = new CallerNames(
            "/usr/bin/agent",
            true,
            "agent.service",
            "3f1c",
            "agent",
            "registry.example.com:5000/shop/web:7",
            "shop",
            "checkout-7d4f9",
            "0b2f7a4e",
            "arn:aws:ecs:eu-west-1:111122223333:task/prod/0123",
            "root",
            "0");

    @ParameterizedTest
    @CsvSource({
        "path, /usr/bin/agent, true",
        "path, /usr/bin/other, false",
        "path, agent, true",
        "unit, agent.service, true",
        "unit, other.service, false",
        "package, agent, true",
        "package, age, false",
        "image, registry.example.com:5000/shop/web:7, true",
        "image, registry.example.com:5000/shop/web, true",
        "image, */shop/*, true",
        "image, shop/web, false",
        "namespace, shop, true",
        "pod, checkout-*, true",
        "pod, 0b2f7a4e, true",
        "task, 0123, true",
        "task, arn:aws:ecs:*:task/prod/*, true",
        "user, root, true",
        "user, 0, true",
        "user, nobody, false",
        "container, 3f1c, false",
    })
    void aMappingNamesOneKindOfThing(String key, String pattern, boolean allowed) {
        assertThat(allows(parts(key, pattern), ALL)).isEqualTo(allowed);
        assertThat(allows(parts(key, pattern), CallerNames.NONE)).isFalse();
    }

    @Test
    void allThatAMappingNamesMustHold() {
        assertThat(allows(parts("path", "/usr/bin/agent", "user", "root"), ALL)).isTrue();
        assertThat(allows(parts("path", "/usr/bin/agent", "user", "nobody"), ALL))
                .isFalse();
        assertThat(allows(parts("path", "/usr/bin/agent", "user", "root"), path("/usr/bin/agent", true)))
                .as("whose user nobody knows")
                .isFalse();
        assertThat(allows(parts(), ALL)).isFalse();
    }

    /** A caller may name its program so that a matcher that goes back to every star runs for years. */
    @Test
    @Timeout(60)
    void takesLittleTimeWhateverTheNameIs() {
        AllowList list = list("*a*a*a*a*a*a*a*a*b");
        assertThat(allows(list, path("a".repeat(4_000), true))).isFalse();
        assertThat(allows(list, path("a".repeat(4_000) + "b", true))).isTrue();
    }

    @Test
    void anEmptyListAllowsEverybody() {
        assertThat(list().review(credentials(), CallerNames.NONE).findings()).isEmpty();
    }

    @Test
    void whoIsNotNamedIsNotAllowed() {
        assertThat(list("x", "*").review(credentials(), CallerNames.NONE).findings())
                .containsExactly(Finding.UNEXPECTED_CALLER);
    }

    @Test
    void onlyCredentialsMatter() {
        ImdsCall call = new Exchanges().answered("GET /latest/meta-data/ HTTP/1.1", "HTTP/1.1 200 OK");

        assertThat(list("x").review(call, CallerNames.NONE)).isSameAs(call);
    }
}
