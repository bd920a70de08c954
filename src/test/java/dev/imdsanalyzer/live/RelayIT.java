package dev.imdsanalyzer.live;

import static dev.imdsanalyzer.live.ImdsScene.curl;
import static dev.imdsanalyzer.live.ImdsScene.url;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What did not reach IMDS because a process of the host answered, in the ways that occur; and what only looks like it. */
@LiveTest
class RelayIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** As kube2iam and kiam do it. */
    private static final String TRANSLATE = """
            table ip relay { chain before { type nat hook prerouting priority -100;
                ip saddr 172.17.0.2 ip daddr 169.254.169.254 tcp dport 80 dnat to 10.0.0.10:8181; }; }
            """;

    /** As meshes do it, by the user that calls. */
    private static final String REDIRECT = """
            table ip relay { chain out { type nat hook output priority -100;
                meta skuid 65534 ip daddr 169.254.169.254 tcp dport 80 redirect to :8181; }; }
            """;

    @TempDir
    Path folder;

    private final List<AutoCloseable> parts = new ArrayList<>();
    private ImdsScene scene;
    private NetworkNamespace host;
    private NetworkNamespace pod;
    private Analyzer analyzer;

    @BeforeEach
    void setUp() {
        scene = keep(ImdsScene.create(folder, 2));
        scene.emulator().set("hop-limit", "64");
        host = scene.topology().host();
        pod = scene.topology().container(0);
        analyzer = keep(Analyzer.start(host, folder, "output.summary_seconds=2"));
    }

    @AfterEach
    void tearDown() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.add(0, part);
        return part;
    }

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

        assertAnsweredBy(proxy, line("both"));
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
    void redirectWithinAPodIsCounted() {
        pod.ip("link set lo up");
        Process sidecar = proxy(pod, "0.0.0.0", 8181, "answer");
        pod.feed(REDIRECT, "nft", "-f", "-");
        pod.run(
                "setpriv",
                "--reuid=65534",
                "--clear-groups",
                "curl",
                "-sS",
                "--max-time",
                "10",
                url("/latest/meta-data/ami-id"));
        assertThat(sidecar.isAlive()).isTrue();

        Await.until(
                "a summary that tells of it",
                LIMIT,
                () -> analyzer.lines().stream()
                        .anyMatch(line ->
                                line.number("imds.counters.connects_unseen").orElse(0L) > 0),
                () -> analyzer.lines() + "");
        assertThat(analyzer.requests()).isEmpty();
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

    private Process proxy(String address, int port, String mode) {
        return proxy(host, address, port, mode);
    }

    private Process proxy(NetworkNamespace place, String address, int port, String mode) {
        Path output = folder.resolve("proxy.out");
        Process process = Processes.start(place.command(
                        List.of(Python.PROGRAM, ClientPrograms.python("local_proxy.py"), address, "" + port, mode))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile()));
        parts.add(0, () -> Processes.stop(process));
        Await.until("the proxy listens", LIMIT, () -> read(output).contains("listening"), () -> read(output));
        return process;
    }

    private LogLine line(String query) {
        return lines(query, 1).get(0);
    }

    private List<LogLine> lines(String query, int count) {
        Await.until(
                count + " lines of " + query, LIMIT, () -> found(query).size() >= count, () -> analyzer.lines() + "");
        List<LogLine> found = found(query);
        assertThat(found).hasSize(count);
        return found;
    }

    private List<LogLine> found(String query) {
        return analyzer.requests().stream()
                .filter(line -> line.target().endsWith("?" + query))
                .toList();
    }

    private static boolean isLocal(LogLine line) {
        return line.raw().contains("\"answered-locally\"");
    }

    private static void assertAnsweredBy(Process proxy, LogLine line) {
        assertThat(isLocal(line)).as(line.raw()).isTrue();
        assertThat(line.text("imds.answered_by")).contains("local-proxy");
        assertThat(line.number("proxy.process.pid")).as(line.raw()).contains(proxy.pid());
        assertThat(line.text("proxy.process.script").orElse("")).endsWith("local_proxy.py");
        assertThat(line.text("message").orElse("")).contains("answered on this host by ");
        assertThat(line.text("process.name")).contains("curl");
    }

    private static void assertNamedOrWhyNot(Process proxy, LogLine line) {
        assertThat(isLocal(line)).as(line.raw()).isTrue();
        assertThat(line.text("imds.answered_by")).contains("local-proxy");
        if (line.number("proxy.process.pid").isPresent()) {
            assertAnsweredBy(proxy, line);
        } else {
            assertThat(line.text("attribution.reason").orElse("")).contains("proxy: ");
            assertThat(line.text("message").orElse("")).contains("answered on this host by an unknown process");
        }
    }

    private static void assertAnsweredByImds(LogLine line) {
        assertThat(isLocal(line)).as(line.raw()).isFalse();
        assertThat(line.text("imds.answered_by")).isEmpty();
        assertThat(line.number("proxy.process.pid")).isEmpty();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void create(Path own) {
        try {
            Files.createDirectory(own);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
