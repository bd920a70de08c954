package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log written to end the report, or to fill its memory. */
class HostileLogTest {
    @TempDir
    Path folder;

    /** More programs than there is room for that call IMDSv2, and then one that calls IMDSv1: it is named all the same. */
    @Test
    void callersPastTheBoundAreToldTogetherAndNoVerdictSuffers() throws IOException {
        SampleLog log = new SampleLog(Reports.INSTANCE, "web-1").watched(daysBeforeEnd(15), END);
        Instant time = daysBeforeEnd(1);
        for (int i = 0; i < 40_000; i++) {
            log.v2(time.plusMillis(i), program(i));
        }
        log.v1(daysBeforeEnd(0.5), program(-1));
        ReportData data = Reports.data(Reports.options(ReportFormat.TEXT, log.writeGzip(folder.resolve("a.jsonl.gz"))));
        assertThat(data.callers()).hasSizeBetween(5_000, 20_001);
        assertThat(data.tally().v2()).isEqualTo(40_000);
        assertThat(data.callers().stream()
                        .mapToLong(caller -> caller.tally().v2())
                        .sum())
                .isEqualTo(40_000);
        assertThat(data.verdict()).isEqualTo(Verdict.NOT_READY);
        assertThat(data.blockers()).extracting(CallerGroup::label).containsExactly("job -1");
        assertThat(data.warnings()).anyMatch(warning -> warning.startsWith("more callers than there is room for"));
    }

    @Test
    void othersThatCallImdsV1StandInTheWay() throws IOException {
        SampleLog log = new SampleLog(Reports.INSTANCE, "web-1").watched(daysBeforeEnd(15), END);
        for (int i = 0; i < 21_000; i++) {
            log.v1(daysBeforeEnd(1).plusMillis(i), program(i));
        }
        ReportData data = Reports.data(Reports.options(ReportFormat.TEXT, log.writeGzip(folder.resolve("a.jsonl.gz"))));
        assertThat(data.verdict()).isEqualTo(Verdict.NOT_READY);
        assertThat(data.blockers()).extracting(CallerGroup::fingerprint).contains("others");
        assertThat(data.blockers().stream()
                        .mapToLong(caller -> caller.tally().v1())
                        .sum())
                .isEqualTo(21_000);
        for (ReportFormat format : ReportFormat.values()) {
            Reports.Result result = Reports.run(Reports.options(format, folder.resolve("a.jsonl.gz")));
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.out() + result.err()).contains("other callers");
        }
    }

    private static Program program(int number) {
        return new Program(
                "job " + number,
                Integer.toHexString(number),
                "/opt/job" + number,
                "job --name x" + "abcdefgh".repeat(40) + number,
                "job" + number + "/1.0 " + "x".repeat(200));
    }

    /** Whatever is behind the bound of instances is one that is never ready. */
    @Test
    void instancesPastTheBoundAreOneThatIsNeverReady() throws IOException {
        Path file = folder.resolve("a.jsonl");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < 120_000; i++) {
                SampleLog log =
                        new SampleLog(String.format("i-%017x", i), "h" + i).summary(daysBeforeEnd(1), END, 0, 0);
                out.write(log.text());
            }
        }
        ReportData data = Reports.data(Reports.options(ReportFormat.TEXT, file));
        assertThat(data.instances().size()).isBetween(1_000, 100_001);
        InstanceVerdict others = data.instances().stream()
                .filter(verdict -> verdict.instance().isCollective())
                .findFirst()
                .orElseThrow();
        assertThat(others.verdict()).isEqualTo(Verdict.WATCH_LONGER);
    }

    @Test
    void longTextsAreCutAndCounted() throws IOException {
        String huge = "a".repeat(1 << 20);
        Program program = new Program(huge, huge, "/" + huge, huge, huge);
        SampleLog log = new SampleLog(Reports.INSTANCE, "web-1").v1(daysBeforeEnd(1), program);
        Reports.Result result = Reports.run(Reports.options(ReportFormat.JSON, log.write(folder.resolve("a.jsonl"))));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out().length()).isLessThan(200_000);
    }

    @Test
    void aBombOfGzipIsLeftAndKeepsReadyAway() throws IOException {
        Path file = folder.resolve("a.jsonl.gz");
        byte[] blanks = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(new SampleLog(Reports.INSTANCE, "web-1")
                    .watched(daysBeforeEnd(15), END)
                    .text()
                    .getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < (512 << 20) / blanks.length; i++) {
                out.write(blanks);
            }
        }
        ReportData data = Reports.data(Reports.options(ReportFormat.TEXT, file));
        assertThat(data.input().damaged()).isEqualTo(1);
        assertThat(data.warnings()).anyMatch(warning -> warning.contains("unpacks to more than"));
        assertThat(data.verdict()).isEqualTo(Verdict.WATCH_LONGER);
    }

    @Test
    void aDocumentThatEndsInItsMiddleKeepsReadyAway() throws IOException {
        List<String> lines = new SampleLog(Reports.INSTANCE, "web-1")
                .watched(daysBeforeEnd(15), END)
                .lines();
        Path file = Files.writeString(folder.resolve("a.json"), "[" + String.join(",", lines) + ",{\"timest");
        ReportData data = Reports.data(Reports.options(ReportFormat.TEXT, file));
        assertThat(data.input().damaged()).isEqualTo(1);
        assertThat(data.verdict()).isEqualTo(Verdict.WATCH_LONGER);
    }

    @Test
    void deepNestingAndHugeElementsKeepReadyAway() throws IOException {
        String lines = String.join(
                ",",
                new SampleLog(Reports.INSTANCE, "web-1")
                        .watched(daysBeforeEnd(15), END)
                        .lines());
        String last = new SampleLog(Reports.INSTANCE, "web-1")
                .v2(END, Program.CURL)
                .lines()
                .get(0);
        String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
        String wide =
                "{\"a\":[" + "\"" + "x".repeat(1 << 20) + "\"" + (",\"" + "y".repeat(1 << 20) + "\"").repeat(20) + "]}";
        for (String hostile : List.of(deep, wide)) {
            Path file = Files.writeString(folder.resolve("a.json"), "[" + lines + "," + hostile + "," + last + "]");
            assertThat(Reports.data(Reports.options(ReportFormat.TEXT, file)).verdict())
                    .isEqualTo(Verdict.WATCH_LONGER);
        }
    }

    @Test
    void aLineWithoutAnEndIsGoneOver() throws IOException {
        Path file = folder.resolve("a.jsonl");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(new SampleLog(Reports.INSTANCE, "web-1")
                    .v2(daysBeforeEnd(15), Program.CURL)
                    .text());
            for (int i = 0; i < 64; i++) {
                out.write("{\"a\":\"" + "x".repeat(1 << 20));
            }
            out.write("\n");
            out.write(new SampleLog(Reports.INSTANCE, "web-1")
                    .watched(daysBeforeEnd(15), END)
                    .text());
        }
        ReportData data = Reports.data(Reports.options(ReportFormat.TEXT, file));
        assertThat(data.input().broken()).isEqualTo(1);
        assertThat(data.instances()).hasSize(1);
    }
}
