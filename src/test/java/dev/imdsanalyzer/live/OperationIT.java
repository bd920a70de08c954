package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.output.line.LineValidator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run from its start over reloads to SIGTERM, and one that is killed. */
@LiveTest
class OperationIT extends OneScene {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** SIGTERM leaves so much, after which a service manager kills. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    @Test
    void runTellsItsStartTakesReloadsAndFlushesEverythingAtTheStop(@TempDir Path own) throws IOException {
        Path file = own.resolve("config.yaml");
        Files.writeString(file, "output: {fold_seconds: 3600, summary_seconds: 1, queue: 500}\n");
        List<String> options = List.of("--config", file.toString(), "--set", "output.queue=5000");
        Path log = own.resolve("imds.jsonl");
        int before = scene.emulator().truth().size();
        try (Analyzer analyzer = Analyzer.start(scene.topology().host(), own, log, null, options)) {
            assertStart(analyzer);

            scene.calls("folded", 1);
            credentials("before");
            awaitFolded(analyzer);
            reload(
                    analyzer,
                    file,
                    """
                    output: {fold_seconds: 1800, summary_seconds: 1, queue: 5000}
                    policy: {credentials: {allow: [/usr/bin/nobody]}}
                    capture: {interface: lo}
                    """,
                    "changed output.fold_seconds, policy.credentials.allow; a restart is needed for capture.interface");
            credentials("after");
            reload(
                    analyzer,
                    file,
                    "output: {fold_secs: 5}\npolicy: {credentials: {allow: [curl]}}\nno: 1\n",
                    "the configuration stays as it was: " + file + ":1:10: unknown key output.fold_secs;"
                            + " did you mean output.fold_seconds?; " + file + ":3:1: unknown key no");
            credentials("after-the-bad-one");
            for (int call = 0; call < 29; call++) {
                scene.calls("folded", 1);
            }
            int calls = scene.emulator().truth().size() - before;
            awaitPeak(analyzer);

            long begin = System.nanoTime();
            assertThat(analyzer.stop()).as(analyzer.diagnostics()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(STOP_LIMIT);

            assertFoldedSums(analyzer, calls);
            assertFindings(analyzer);
            assertSummariesWithoutAHole(analyzer);
            assertEnd(analyzer);
        }
    }

    private static void assertStart(Analyzer analyzer) {
        Await.until("the first line is there", LIMIT, () -> !analyzer.lines().isEmpty(), analyzer::diagnostics);
        LogLine start = analyzer.lines().get(0);
        assertThat(start.text("event.action")).contains("analyzer-started");
        assertThat(start.text("agent.version").orElse("")).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(start.text("host.os.kernel")).contains(System.getProperty("os.version"));
        assertThat(start.text("analyzer.capture")).contains("any");
        assertThat(start.json().at("/analyzer/attribution").toString()).isEqualTo("[\"connect\",\"socket\"]");
        assertThat(start.text("analyzer.configuration_digest").orElse("")).matches("[0-9a-f]{16}");
    }

    private static void credentials(String mark) {
        ImdsScene.curl(
                scene.topology().host(), ImdsScene.url("/latest/meta-data/iam/security-credentials/demo-role?" + mark));
    }

    private static void awaitFolded(Analyzer analyzer) {
        Await.until(
                "the first calls are there", LIMIT, () -> analyzer.requests().size() >= 2, analyzer::diagnostics);
    }

    private static void reload(Analyzer analyzer, Path file, String yaml, String told) throws IOException {
        Files.writeString(file, yaml);
        analyzer.signal("HUP");
        Await.until("it says: " + told, LIMIT, () -> analyzer.diagnostics().contains(told), analyzer::diagnostics);
    }

    private static void awaitPeak(Analyzer analyzer) {
        Await.until(
                "a summary tells the busiest second and its callers",
                LIMIT,
                () -> analyzer.lines().stream()
                        .anyMatch(line ->
                                !line.json().at("/imds/peak/callers/0/label").isMissingNode()),
                analyzer::diagnostics);
    }

    private static void assertFoldedSums(Analyzer analyzer, int calls) {
        List<LogLine> requests = analyzer.requests();
        assertThat(requests).hasSizeLessThan(calls);
        assertThat(requests.stream()
                        .mapToLong(line -> line.number("imds.repeat_count").orElseThrow())
                        .sum())
                .isEqualTo(calls);
    }

    private static void assertFindings(Analyzer analyzer) {
        assertThat(findings(analyzer, "?before")).doesNotContain("unexpected-caller");
        assertThat(findings(analyzer, "?after")).contains("unexpected-caller");
        assertThat(findings(analyzer, "?after-the-bad-one")).contains("unexpected-caller");
    }

    private static String findings(Analyzer analyzer, String query) {
        return analyzer.requests().stream()
                .filter(line -> line.target().endsWith(query))
                .map(line -> line.json().at("/imds/findings").toString())
                .findFirst()
                .orElseThrow();
    }

    private static void assertSummariesWithoutAHole(Analyzer analyzer) {
        List<LogLine> summaries = action(analyzer, "imds-summary");
        assertThat(summaries).hasSizeGreaterThan(1);
        double watched = 0;
        long requests = 0;
        for (int i = 0; i < summaries.size(); i++) {
            LogLine line = summaries.get(i);
            LineValidator.check(line.raw());
            if (i > 0) {
                assertThat(line.text("event.start"))
                        .isEqualTo(summaries.get(i - 1).text("event.end"));
            }
            watched += line.json().at("/coverage/seconds").asDouble();
            assertThat(line.json().at("/coverage/gap_seconds").asDouble()).isZero();
            requests += line.number("imds.requests.total").orElseThrow();
            assertThat(line.number("imds.counters.callers_named")).contains(requests);
        }
        Instant first = Instant.parse(summaries.get(0).text("event.start").orElseThrow());
        Instant last = Instant.parse(
                summaries.get(summaries.size() - 1).text("event.end").orElseThrow());
        assertThat(watched)
                .isCloseTo(Duration.between(first, last).toMillis() / 1e3, org.assertj.core.api.Assertions.within(0.1));
        assertThat(requests)
                .isEqualTo(analyzer.requests().stream()
                        .mapToLong(line -> line.number("imds.repeat_count").orElseThrow())
                        .sum());
    }

    private static void assertEnd(Analyzer analyzer) {
        List<LogLine> lines = analyzer.lines();
        assertThat(lines.get(lines.size() - 2).text("event.action")).contains("imds-summary");
        assertThat(lines.get(lines.size() - 1).text("event.action")).contains("analyzer-stopped");
        assertThat(lines.get(lines.size() - 1).text("event.reason")).contains("SIGTERM");
    }

    @Test
    void killLosesAtMostTheLinesOfTheLastSecondAndTheNextStartWritesWholeLines(@TempDir Path own) throws IOException {
        Path log = own.resolve("imds.jsonl");
        List<String> options = List.of("--set", "output.fold_seconds=0");
        int before = scene.emulator().truth().size();
        Analyzer killed = Analyzer.start(scene.topology().host(), own, log, null, options);
        Process client = scene.startCalls("many", 100_000);
        try {
            Await.until(
                    "many calls were logged",
                    LIMIT,
                    () -> killed.requests().size() >= 500,
                    () -> "only " + killed.requests().size() + " of " + truthSince(before));
            int aSecondAgo = truthSince(before);
            // The claim is about a second: no condition stands for its passing.
            long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            Await.holds(Duration.ofSeconds(2), () -> System.nanoTime() - end >= 0);
            killed.kill();
            int atTheKill = truthSince(before);
            int logged = killed.requests().size();
            assertThat(logged).isGreaterThanOrEqualTo(aSecondAgo).isLessThanOrEqualTo(atTheKill);
        } finally {
            client.destroyForcibly();
            killed.close();
        }
        Files.writeString(log, "{\"timestamp\":\"2026-", java.nio.file.StandardOpenOption.APPEND);
        long half = Files.readAllLines(log).size();
        try (Analyzer next = Analyzer.start(scene.topology().host(), own, log, null, options)) {
            scene.calls("next", 3);
            Await.until("the next run writes", LIMIT, () -> lineCount(log) >= half + 4, next::diagnostics);
        }
        List<String> lines = Files.readAllLines(log);
        for (int i = 0; i < lines.size(); i++) {
            if (i != half - 1) {
                LineValidator.check(lines.get(i));
            }
        }
    }

    private static long lineCount(Path log) {
        try {
            return Files.readAllLines(log).size();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static int truthSince(int before) {
        return scene.emulator().truth().size() - before;
    }

    private static List<LogLine> action(Analyzer analyzer, String action) {
        return analyzer.lines().stream()
                .filter(line -> line.text("event.action").filter(action::equals).isPresent())
                .toList();
    }
}
