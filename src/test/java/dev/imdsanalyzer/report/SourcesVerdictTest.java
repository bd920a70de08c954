package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said about a host is proof only where it comes from that host. */
class SourcesVerdictTest {
    private static final String VICTIM = "i-0aaaaaaaaaaaaaaaa";
    private static final String HOSTILE = "i-0bbbbbbbbbbbbbbbb";

    @TempDir
    Path folder;

    /** Watched for three days only. */
    private static SampleLog victim() {
        return new SampleLog(VICTIM, "web-1").watched(daysBeforeEnd(3), END);
    }

    /** A log of its own, with 15 days of summaries in the other's name in it. */
    private static SampleLog hostile() {
        SampleLog log = new SampleLog(HOSTILE, "web-2").watched(daysBeforeEnd(15), END);
        new SampleLog(VICTIM, "web-1")
                .run("ffffffffffffffff")
                .watched(daysBeforeEnd(15), END)
                .lines()
                .forEach(log::raw);
        return log;
    }

    private static InstanceVerdict of(ReportData data, String id) {
        return data.instances().stream()
                .filter(instance -> id.equals(instance.instance().id()))
                .findFirst()
                .orElseThrow();
    }

    private ReportData read(Path... inputs) {
        return Reports.data(Reports.options(ReportFormat.TEXT, inputs));
    }

    @Test
    void anotherFoldersSummariesDecideNothing() throws IOException {
        victim().write(Files.createDirectories(folder.resolve("web-1")).resolve("imds-2026-11-21.0.jsonl"));
        hostile().write(Files.createDirectories(folder.resolve("web-2")).resolve("imds-2026-11-21.0.jsonl"));
        ReportData data = read(folder);
        InstanceVerdict verdict = of(data, VICTIM);
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.reasons().get(0)).startsWith("lines about it come from several sources (");
        assertThat(verdict.proven().measure(Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(3 * 86_400_000_000L);
        assertThat(of(data, HOSTILE).verdict()).isEqualTo(Verdict.READY);
        assertThat(data.warnings())
                .anyMatch(warning -> warning.startsWith("1 instance with lines from several sources"));
    }

    @Test
    void aCallThatOneSourceTellsStaysInTheWayWhateverTheOtherProves() throws IOException {
        new SampleLog(VICTIM, "web-1")
                .v1(daysBeforeEnd(15), Program.CURL)
                .watched(daysBeforeEnd(3), END)
                .write(Files.createDirectories(folder.resolve("web-1")).resolve("a.jsonl"));
        hostile().write(Files.createDirectories(folder.resolve("web-2")).resolve("a.jsonl"));
        assertThat(of(read(folder), VICTIM).verdict()).isEqualTo(Verdict.NOT_READY);
    }

    @Test
    void filesOfSeveralHostsInOneFolderAreSeveralSources() throws IOException {
        Path one = victim().write(folder.resolve("web-1-2026-11-21.0.jsonl"));
        Path other = hostile().write(folder.resolve("web-2-2026-11-21.0.jsonl"));
        assertThat(of(read(one, other), VICTIM).reasons().get(0))
                .startsWith("lines about it come from several sources");
    }

    @Test
    void aFileThatCallsItselfADocumentIsASourceTooInAFolderOfSeveral() throws IOException {
        Path one = victim().write(folder.resolve("web-1.jsonl"));
        Path other = Files.writeString(
                folder.resolve("web-2.jsonl"), "[" + String.join(",", hostile().lines()) + "]");
        assertThat(of(read(one, other), VICTIM).verdict()).isEqualTo(Verdict.WATCH_LONGER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HOSTILE + "/imds-2026-11-21.0.jsonl",
                "export/0b8f1d1e-1111-2222-3333-444444444444/" + HOSTILE + "/000000.jsonl"
            })
    void aSourceThatBearsAnotherHostsIdProvesNothing(String path) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        hostile().write(file);
        ReportData data = read(folder);
        assertThat(of(data, HOSTILE).verdict()).isEqualTo(Verdict.READY);
        assertThat(of(data, VICTIM).verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(of(data, VICTIM).reasons().get(0)).contains("which bears another host's name");
    }

    @Test
    void datedAndRotatedFilesOfOneFolderAreOneSource() throws IOException {
        new SampleLog(VICTIM, "web-1")
                .watched(daysBeforeEnd(15), daysBeforeEnd(9))
                .write(folder.resolve("imds-2026-11-10.0.jsonl"));
        new SampleLog(VICTIM, "web-1")
                .watched(daysBeforeEnd(9), daysBeforeEnd(4))
                .writeGzip(folder.resolve("imds-2026-11-15.1.jsonl.gz"));
        new SampleLog(VICTIM, "web-1").watched(daysBeforeEnd(4), END).write(folder.resolve("imds-2026-11-21.0.jsonl"));
        ReportData data = read(folder);
        assertThat(data.verdict()).isEqualTo(Verdict.READY);
        assertThat(data.warnings()).isEmpty();
    }

    @Test
    void aCopyInAnotherFolderIsNoSecondSource() throws IOException {
        SampleLog log = new SampleLog(VICTIM, "web-1").watched(daysBeforeEnd(15), END);
        log.write(Files.createDirectories(folder.resolve("a")).resolve("imds-2026-11-21.0.jsonl"));
        log.writeGzip(Files.createDirectories(folder.resolve("b")).resolve("old.jsonl.gz"));
        assertThat(read(folder).verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void aForgedTwinDoesNotTakeTheLinesPlace() throws IOException {
        SampleLog own = victim().v1(daysBeforeEnd(1), Program.CURL);
        String twin = own.lines()
                .get(own.lines().size() - 1)
                .replace("\"version\":\"v1\"", "\"version\":\"v2\"")
                .replace("\"imdsv1-request\"", "");
        new SampleLog(VICTIM, "web-1")
                .raw(twin)
                .write(Files.createDirectories(folder.resolve("a")).resolve("a.jsonl"));
        own.write(Files.createDirectories(folder.resolve("b")).resolve("a.jsonl"));
        assertThat(of(read(folder), VICTIM).verdict()).isEqualTo(Verdict.NOT_READY);
    }

    /** As {@code aws logs filter-log-events} prints it. */
    private static String event(String stream, String line) {
        return "{\"logStreamName\":\"" + stream + "\",\"timestamp\":1,\"message\":\""
                + line.replace("\\", "\\\\").replace("\"", "\\\"") + "\",\"eventId\":\"1\"}";
    }

    @Test
    void theStreamsOfAnExportAreItsSources() throws IOException {
        List<String> events = victim().lines().stream()
                .map(line -> event("web-1-stream", line))
                .collect(Collectors.toList());
        hostile().lines().forEach(line -> events.add(event("web-2-stream", line)));
        Path file = Files.writeString(folder.resolve("e.json"), "{\"events\":[" + String.join(",", events) + "]}");
        InstanceVerdict verdict = of(read(file), VICTIM);
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.reasons().get(0)).contains("web-1-stream, web-2-stream");
    }

    @Test
    void theStreamsOfInsightsAndOfSubscriptionsAndOfTailAreSourcesToo() throws IOException {
        SampleLog first = new SampleLog(VICTIM, "web-1").watched(daysBeforeEnd(15), daysBeforeEnd(7));
        SampleLog second = new SampleLog(VICTIM, "web-1").watched(daysBeforeEnd(7), END);
        assertThat(of(read(insights(first, second)), VICTIM).instance().sources())
                .hasSize(2);
        assertThat(of(read(csv(first, second)), VICTIM).instance().sources()).hasSize(2);
        assertThat(of(read(subscription(first, second)), VICTIM).instance().sources())
                .hasSize(2);
        assertThat(of(read(tail(first, second)), VICTIM).instance().sources()).hasSize(2);
    }

    private Path insights(SampleLog first, SampleLog second) throws IOException {
        StringBuilder rows = new StringBuilder();
        for (SampleLog log : List.of(first, second)) {
            for (String line : log.lines()) {
                rows.append(rows.isEmpty() ? "" : ",")
                        .append("[{\"field\":\"@message\",\"value\":\"")
                        .append(line.replace("\"", "\\\""))
                        .append("\"},{\"field\":\"@logStream\",\"value\":\"")
                        .append(log == first ? "one" : "two")
                        .append("\"}]");
            }
        }
        return Files.writeString(
                Files.createDirectories(folder.resolve("i")).resolve("i.json"), "{\"results\":[" + rows + "]}");
    }

    private Path csv(SampleLog first, SampleLog second) throws IOException {
        StringBuilder rows = new StringBuilder("@timestamp,@message,@logStream\n");
        for (SampleLog log : List.of(first, second)) {
            log.lines()
                    .forEach(line -> rows.append("2026-11-21 12:40:00.000,\"")
                            .append(line.replace("\"", "\"\""))
                            .append("\",")
                            .append(log == first ? "one" : "two")
                            .append('\n'));
        }
        return Files.writeString(Files.createDirectories(folder.resolve("c")).resolve("c.csv"), rows);
    }

    private Path subscription(SampleLog first, SampleLog second) throws IOException {
        StringBuilder records = new StringBuilder();
        for (SampleLog log : List.of(first, second)) {
            log.lines()
                    .forEach(line -> records.append(
                                    "{\"messageType\":\"DATA_MESSAGE\",\"logGroup\":\"g\",\"logStream\":\"")
                            .append(log == first ? "one" : "two")
                            .append("\",\"logEvents\":[{\"id\":\"1\",\"timestamp\":1,\"message\":\"")
                            .append(line.replace("\"", "\\\""))
                            .append("\"}]}\n"));
        }
        return Files.writeString(Files.createDirectories(folder.resolve("s")).resolve("s.ndjson"), records);
    }

    private Path tail(SampleLog first, SampleLog second) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (SampleLog log : List.of(first, second)) {
            log.lines()
                    .forEach(line -> lines.append("2026-11-21T12:35:56.789000+00:00 ")
                            .append(log == first ? "one " : "two ")
                            .append(line)
                            .append('\n'));
        }
        return Files.writeString(Files.createDirectories(folder.resolve("t")).resolve("t.txt"), lines);
    }

    @Test
    void standardInputIsTakenAtItsWordAndThatIsSaid() throws IOException {
        SampleLog log = new SampleLog(VICTIM, "web-1").watched(daysBeforeEnd(15), END);
        Reports.Result result = Reports.run(
                Reports.options(ReportFormat.TEXT, Path.of("-")),
                new ByteArrayInputStream(log.text().getBytes(StandardCharsets.UTF_8)));
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("standard input is taken at its word");
    }

    @Test
    void oneFileOfManyHostsIsTakenAtItsWordAndThatIsSaidInEveryFormat() throws IOException {
        SampleLog log = new SampleLog(VICTIM, "web-1").watched(daysBeforeEnd(15), END);
        new SampleLog(HOSTILE, "web-2").watched(daysBeforeEnd(15), END).lines().forEach(log::raw);
        Path file = log.write(folder.resolve("all.jsonl"));
        for (ReportFormat format : ReportFormat.values()) {
            Reports.Result result = Reports.run(Reports.options(format, file));
            assertThat(result.exitCode()).as(format.name()).isZero();
            assertThat(result.out() + result.err()).as(format.name()).contains("taken at its word");
        }
    }
}
