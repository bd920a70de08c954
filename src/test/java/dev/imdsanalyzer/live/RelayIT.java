package dev.imdsanalyzer.live;

import static dev.imdsanalyzer.live.ImdsScene.curl;
import static dev.imdsanalyzer.live.ImdsScene.url;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What did not reach IMDS because a process of the host answered, in the ways that occur; and what only looks like it. */
@LiveTest
class RelayIT extends RelayCases {
    @Test
    void translatedCallIsAnsweredByTheProxyAndOthersByImds() {
        Process proxy = proxy("10.0.0.10", 8181, "linger");
        host.feed(TRANSLATE, "nft", "-f", "-");

        assertThat(curl(pod, url("/latest/meta-data/ami-id?translated"))).isEqualTo("local");
        assertThat(curl(scene.topology().container(1), url("/latest/meta-data/ami-id?other")))
                .startsWith("ami-");
        assertThat(curl(host, url("/latest/meta-data/ami-id?own"))).startsWith("ami-");

        assertAnsweredBy(proxy, line("translated"));
        assertAnsweredByImds(line("other"));
        assertAnsweredByImds(line("own"));
        assertThat(scene.emulator().truth()).hasSize(2);
    }

    /** Its socket may be gone before it can be looked for: the first call that it ever answered then has no name of it. */
    @Test
    void proxyThatIsGoneAtOnceIsNamedOrTheLineSaysWhyNot() {
        Process proxy = proxy("10.0.0.10", 8181, "answer");
        host.feed(TRANSLATE, "nft", "-f", "-");

        assertThat(curl(pod, url("/latest/meta-data/ami-id?quick"))).isEqualTo("local");

        assertNamedOrWhyNot(proxy, line("quick"));
        assertThat(scene.emulator().truth()).isEmpty();
    }

    @Test
    void proxyThatKeepsTheConnectionIsNamedByItsOwnSocket() {
        Process proxy = proxy("0.0.0.0", 8181, "linger");
        host.feed(TRANSLATE, "nft", "-f", "-");

        curl(pod, url("/latest/meta-data/ami-id?lingers"));

        assertAnsweredBy(proxy, line("lingers"));
        assertThat(line("lingers").text("attribution.reason").orElse("")).doesNotContain("proxy");
    }

    @Test
    void serverOfBothFamiliesIsFoundToo() {
        Process proxy = proxy("::", 8181, "linger");
        host.feed(TRANSLATE, "nft", "-f", "-");

        curl(pod, url("/latest/meta-data/ami-id?both"));

        assertNamedOrWhyNot(proxy, line("both"));
    }

    @Test
    void bothLegsOfAForwardedCallHaveTheirLine() {
        Process proxy = proxy("10.0.0.10", 8181, "forward");
        host.feed(TRANSLATE, "nft", "-f", "-");

        assertThat(curl(pod, url("/latest/meta-data/ami-id?forwarded"))).startsWith("ami-");

        List<LogLine> legs = lines("forwarded", 2);
        LogLine inner = legs.stream().filter(RelayIT::isLocal).findFirst().orElseThrow();
        LogLine outer = legs.stream().filter(line -> !isLocal(line)).findFirst().orElseThrow();
        assertAnsweredBy(proxy, inner);
        assertThat(outer.text("imds.answered_by")).isEmpty();
        assertThat(outer.text("source.ip")).contains("10.0.0.10");
        assertThat(outer.number("process.pid")).isEqualTo(inner.number("process.pid"));
        assertThat(outer.text("process.name")).contains("curl");
        assertThat(outer.number("proxy.process.pid")).contains(proxy.pid());
        assertThat(outer.text("message").orElse("")).contains("through python3[" + proxy.pid() + "]");
        assertThat(outer.text("caller.label")).isEqualTo(inner.text("caller.label"));
    }

    @Test
    void whatTheProxyAsksForItselfIsItsOwn() {
        Process proxy = proxy("10.0.0.10", 8181, "own");
        host.feed(TRANSLATE, "nft", "-f", "-");

        curl(pod, url("/latest/meta-data/ami-id?pods"));

        assertAnsweredBy(proxy, line("pods"));
        LogLine own = line("proxys-own");
        assertThat(own.number("process.pid")).contains(proxy.pid());
        assertAnsweredByImds(own);
    }

    @Test
    void callsOfTwoPodsForTheSameAtOneTimeNameNobodyBehindTheProxy() {
        Process proxy = proxy("10.0.0.10", 8181, "slow-forward");
        host.feed(TRANSLATE.replace("172.17.0.2", "172.17.0.0/16"), "nft", "-f", "-");
        List<Process> callers = List.of(pod, scene.topology().container(1)).stream()
                .map(caller -> Processes.start(caller.command(
                        List.of("curl", "-sS", "--max-time", "10", url("/latest/meta-data/ami-id?same")))))
                .toList();
        callers.forEach(caller -> Processes.exits(caller, LIMIT));

        List<LogLine> outer =
                lines("same", 4).stream().filter(line -> !isLocal(line)).toList();
        assertThat(outer).hasSize(2).allSatisfy(line -> {
            assertThat(line.number("process.pid")).contains(proxy.pid());
            assertThat(line.text("attribution.reason").orElse("")).contains("which of them it called for is not known");
        });
    }

    @Test
    void redirectToTheLoopbackDeviceShowsAnswersOnlyAndSaysSo() {
        Process proxy = proxy("0.0.0.0", 8181, "linger");
        host.feed(REDIRECT, "nft", "-f", "-");

        host.run(
                "setpriv",
                "--reuid=65534",
                "--clear-groups",
                "curl",
                "-sS",
                "--max-time",
                "10",
                url("/latest/meta-data/ami-id"));

        Await.until("a line", LIMIT, () -> !analyzer.requests().isEmpty(), () -> analyzer.lines() + "");
        LogLine line = analyzer.requests().get(0);
        assertNamedOrWhyNot(proxy, line);
        assertThat(line.text("imds.detail").orElse("")).contains("redirected on this host");
        assertThat(line.number("http.response.status_code")).contains(200L);
        assertThat(scene.emulator().truth()).isEmpty();
    }

    @Test
    void reportTellsThemApart() {
        proxy("10.0.0.10", 8181, "answer");
        host.feed(TRANSLATE, "nft", "-f", "-");
        curl(pod, url("/latest/meta-data/ami-id?local"));
        assertThat(isLocal(line("local"))).isTrue();
        analyzer.stop();

        String report = Processes.output(
                new ProcessBuilder(Analyzer.command(
                        "report",
                        "--format",
                        "json",
                        folder.resolve("imds.jsonl").toString())),
                LIMIT);

        assertThat(report).containsPattern("\"answered_locally\" ?: ?1").doesNotContain("\"NOT_READY\"");
        assertThat(report).containsPattern("\"v1_served\" ?: ?0").doesNotContainPattern("\"v1_served\" ?: ?1");
    }

    @Test
    void addressOfImdsOnTheHostItselfIsNotImds() {
        host.ip("address add 169.254.169.254/32 dev lo");
        Process emulator = proxy("169.254.169.254", 80, "answer");

        assertThat(curl(host, url("/latest/meta-data/ami-id?own"))).isEqualTo("local");
        assertThat(curl(pod, url("/latest/meta-data/ami-id?pods"))).isEqualTo("local");

        assertAnsweredBy(emulator, line("own"));
        assertAnsweredBy(emulator, line("pods"));
        assertThat(scene.emulator().truth()).isEmpty();
    }

    @Test
    void captureOnOneDeviceSaysNothingOfWhoAnswered() {
        Path own = folder.resolve("one");
        create(own);
        Analyzer one = keep(Analyzer.startOn(host, own, "veth0", null));
        curl(pod, url("/latest/meta-data/ami-id?behind"));
        Await.until("a line", LIMIT, () -> !one.requests().isEmpty(), one::diagnostics);

        assertAnsweredByImds(one.requests().get(0));
    }
}
