package dev.imdsanalyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import dev.imdsanalyzer.report.run.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricReconciliationTest {
    private static final Instant END = Instant.parse("2026-11-21T23:00:00Z");

    @TempDir
    Path folder;

    private SampleLog log;

    @BeforeEach
    void watch() {
        log = new SampleLog(Reports.INSTANCE, "web-1").watched(END.minus(Duration.ofDays(30)), END);
    }

    private Path metric(String name, String label, String... points) throws IOException {
        StringBuilder json = new StringBuilder("{\"Label\": \"" + label + "\", \"Datapoints\": [");
        for (int i = 0; i < points.length; i += 2) {
            json.append(i == 0 ? "" : ",")
                    .append("{\"Timestamp\": \"" + points[i] + "\", \"Sum\": " + points[i + 1]
                            + ", \"Unit\": \"Count\"}");
        }
        return Files.writeString(folder.resolve(name), json + "]}");
    }

    private ReportData data(Path... metrics) throws IOException {
        ReportOptions options = Reports.options(ReportFormat.TEXT, log.write(folder.resolve("a.jsonl")));
        return Reports.data(Reports.withMetrics(options, metrics));
    }

    @Test
    void agreementLeavesTheVerdictAlone() throws IOException {
        log.v1(Instant.parse("2026-10-23T10:10:00Z"), Program.CURL);
        Path metric = metric(
                "m.json", "MetadataNoToken", "2026-10-23T11:00:00+00:00", "0.0", "2026-10-23T10:00:00+00:00", "1.0");
        assertThat(data(metric).verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void moreInCloudWatchThanInTheLogIsNeverReadyAndTheHoursAreNamed() throws IOException {
        Path metric = metric("m.json", "MetadataNoToken", "2026-11-20T10:00:00Z", "0.0", "2026-11-20T11:00:00Z", "5.0");
        ReportData data = data(metric);
        assertThat(data.verdict()).isEqualTo(Verdict.NOT_READY);
        assertThat(data.instances().get(0).reasons())
                .containsExactly("CloudWatch counted more MetadataNoToken than the log shows: 2026-11-20 11:00 UTC (5"
                        + " against 0)");
        assertThat(data.instances().get(0).excesses()).hasSize(1);
    }

    @Test
    void moreInTheLogThanInCloudWatchIsFine() throws IOException {
        Instant time = Instant.parse("2026-10-23T10:10:00Z");
        log.v1(time, Program.CURL, 9, time.plusSeconds(20));
        Path metric = metric("m.json", "MetadataNoToken", "2026-10-23T10:00:00Z", "4.0", "2026-10-23T11:00:00Z", "0.0");
        assertThat(data(metric).verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void aFoldedLineCountsInEveryPeriodThatItTouches() throws IOException {
        Instant time = Instant.parse("2026-10-23T10:03:00Z");
        log.v1(time, Program.CURL, 10, time.plusSeconds(400));
        Path metric = metric("m.json", "MetadataNoToken", "2026-10-23T10:00:00Z", "6", "2026-10-23T10:05:00Z", "4");
        assertThat(data(metric).verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void rejectedCallsThatTheLogLacksMeanBreaking() throws IOException {
        Path metric = metric("m.json", "MetadataNoTokenRejected", "2026-11-20T10:00:00Z", "3");
        assertThat(data(metric).verdict()).isEqualTo(Verdict.REQUIRED_BUT_BREAKING);
    }

    @Test
    void theFileNameSaysWhichInstanceItIsAbout() throws IOException {
        assertThat(data(metric(Reports.INSTANCE + ".json", "MetadataNoToken", "2026-11-20T10:00:00Z", "3"))
                        .verdict())
                .isEqualTo(Verdict.NOT_READY);
    }

    @Test
    void callsOfAnInstanceThatTheLogsDoNotKnowAreNotReady() throws IOException {
        ReportData data = data(metric("i-0fffffffffffffff0.json", "MetadataNoToken", "2026-11-20T10:00:00Z", "3"));
        assertThat(data.verdict()).isEqualTo(Verdict.NOT_READY);
        assertThat(data.instances()).hasSize(2);
        assertThat(data.instances().get(0).instance().id()).isEqualTo("i-0fffffffffffffff0");
        assertThat(data.instances().get(0).reasons().get(0)).endsWith("the logs have no line of this instance");
        assertThat(data.instances().get(1).verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void aMetricWithoutCallsOfAnInstanceThatTheLogsDoNotKnowIsAWarning() throws IOException {
        ReportData data = data(metric("i-0fffffffffffffff0.json", "MetadataNoToken", "2026-11-20T10:00:00Z", "0"));
        assertThat(data.verdict()).isEqualTo(Verdict.READY);
        assertThat(data.warnings())
                .containsExactly("--metric is about i-0fffffffffffffff0, of which the logs have no line");
    }

    @Test
    void aCountOverAllInstancesKeepsEveryOneFromReady() throws IOException {
        Path other = new SampleLog("i-00000000000000001", "web-2")
                .watched(END.minus(Duration.ofDays(30)), END)
                .write(folder.resolve("b.jsonl"));
        Path metric = metric("m.json", "MetadataNoToken", "2026-11-20T10:00:00Z", "3");
        ReportData data = Reports.data(Reports.withMetrics(
                Reports.options(ReportFormat.TEXT, log.write(folder.resolve("a.jsonl")), other), metric));
        assertThat(data.count(Verdict.READY)).isZero();
        assertThat(data.verdict()).isEqualTo(Verdict.WATCH_LONGER);
    }

    @Test
    void metricDataIsReadToo() throws IOException {
        Path metric = Files.writeString(
                folder.resolve("data.json"),
                "{\"MetricDataResults\":[{\"Id\":\"m1\",\"Label\":\"" + Reports.INSTANCE
                        + " MetadataNoToken\",\"Timestamps\":"
                        + "[\"2026-11-20T10:00:00+00:00\"],\"Values\":[2.0],\"StatusCode\":\"Complete\"}]}");
        assertThat(data(metric).verdict()).isEqualTo(Verdict.NOT_READY);
    }

    @Test
    void aFileThatIsNoMetricIsBadData() throws IOException {
        Path file = log.write(folder.resolve("a.jsonl"));
        for (String text : new String[] {
            "",
            "no json",
            "{}",
            "{\"Datapoints\":[{\"Timestamp\":\"x\",\"Sum\":1}]}",
            "{\"Datapoints\":[{\"Timestamp\":\"2026-11-20T10:00:00Z\",\"Average\":1}]}"
        }) {
            Path metric = Files.writeString(folder.resolve("bad.json"), text);
            Reports.Result result = Reports.run(Reports.withMetrics(Reports.options(ReportFormat.TEXT, file), metric));
            assertThat(result.exitCode()).as(text).isEqualTo(Report.EXIT_BAD_DATA);
            assertThat(result.err().lines()).hasSize(1);
        }
    }
}
