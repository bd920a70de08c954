package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.Reports.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every verdict with the lines that lead to it, what the report says of it, and the exit code. With
 * {@code -Dprint.verdicts=true} the table is printed.
 */
class VerdictTableTest {
    private static final Instant END = NOW.minus(Duration.ofHours(1));

    @TempDir
    Path folder;

    /**
     * @param lines what is in the log, in words
     * @param says clauses that the text report must have
     */
    private record Row(String lines, Consumer<Logs> given, Verdict verdict, int exitCode, List<String> says) {
        @Override
        public String toString() {
            return lines;
        }
    }

    /** The files of one case; the host's own log is written once to {@code a.jsonl}, after the case had its way. */
    private static final class Logs {
        private final SampleLog host = new SampleLog(Reports.INSTANCE, "web-1");
        private final Path folder;
        private final List<Path> metrics = new ArrayList<>();
        private boolean copied;
        private int cutBytes;

        Logs(Path folder) {
            this.folder = folder;
        }

        Logs watched(double fromDays, double toDays) {
            host.watched(days(fromDays), days(toDays));
            return this;
        }

        void metric(String name, Instant hour, int sum) {
            try {
                metrics.add(Files.writeString(
                        folder.resolve("metric.json"),
                        "{\"Label\":\"" + name + "\",\"Datapoints\":[{\"Timestamp\":\"" + hour + "\",\"Sum\":" + sum
                                + ".0,\"Unit\":\"Count\"}]}"));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        List<Path> write() throws IOException {
            List<Path> files = new ArrayList<>();
            if (cutBytes > 0) {
                Path file = host.writeGzip(folder.resolve("a.jsonl.gz"));
                byte[] whole = Files.readAllBytes(file);
                Files.write(file, Arrays.copyOf(whole, whole.length - cutBytes));
                files.add(file);
            } else {
                files.add(Files.writeString(
                        folder.resolve("a.jsonl"), host.lines().isEmpty() ? "" : host.text()));
            }
            if (copied) {
                files.add(host.writeGzip(folder.resolve("copy.jsonl.gz")));
            }
            return files;
        }
    }

    private static Instant days(double beforeEnd) {
        return END.minusSeconds((long) (beforeEnd * 86_400));
    }

    static Stream<Row> rows() {
        return Stream.of(
                row(
                        "15 d of summaries, IMDSv2 calls only",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0).host.v2(days(3), Program.CURL),
                        "no IMDSv1 call in 15 d of proven coverage"),
                row(
                        "15 d of summaries, no call at all",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0),
                        "no call of either version: the endpoint may be turned off altogether"),
                row(
                        "a v1 call 15 d ago, 14.9 d watched since",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(30, 0).host.v1(days(14.9), Program.CURL),
                        "no IMDSv1 call in 14 d 21 h of proven coverage"),
                row(
                        "a v1 call 2 d ago",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0).host.v1(days(2), Program.CURL),
                        "1 caller would break",
                        "1 IMDSv1 call, the last 2 days ago",
                        "2 d watched since"),
                row(
                        "a v1 call answered 404",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0)
                                .host
                                .call(days(2), Program.CURL, "v1", 404, "\"imdsv1-request\"", 1, ""),
                        "1 caller would break"),
                row(
                        "fallback: no token came, then v1",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0).host.fallback(days(2), Program.BOTO),
                        "1 fallback,",
                        "mend the cause, do not upgrade"),
                row(
                        "v1 refused with 401 1 d ago, served before that",
                        Verdict.REQUIRED_BUT_BREAKING,
                        1,
                        logs -> logs.watched(20, 0)
                                .host
                                .v1(days(9), Program.CURL)
                                .rejected(days(1), Program.CURL),
                        "IMDSv2 is required, and 1 caller cannot live with it",
                        "1 IMDSv1 call refused"),
                row(
                        "v1 refused, then served again: rolled back",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(20, 0)
                                .host
                                .rejected(days(2), Program.CURL)
                                .v1(days(1), Program.CURL),
                        "1 IMDSv1 call, the last"),
                row("an empty log", Verdict.WATCH_LONGER, 1, logs -> {}, "no line of this analyzer in the input"),
                row(
                        "somebody else's lines only",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.host.raw("hello {}"),
                        "1 line from somebody else left out"),
                row(
                        "calls for 20 d, but no summary",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.host.v2(days(20), Program.CURL).v2(days(0), Program.CURL),
                        "no imds-summary line: nothing proves that anybody watched"),
                row(
                        "a start and a stop, but no summary",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.host.started(days(20)).stopped(days(0)),
                        "no imds-summary line"),
                row(
                        "10 d of summaries",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(10, 0),
                        "10 d of 14 d watched, 4 d missing"),
                row(
                        "summaries missing for 3 of 15 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 10).watched(7, 0),
                        "12 d of 14 d watched, 2 d missing",
                        "gaps of 3 d"),
                row(
                        "25 d of summaries with a hole of 5 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(30, 15).watched(10, 0),
                        "gaps of 5 d in what was watched: a rare caller may hide in them"),
                row(
                        "a run killed: 4 min until the next start",
                        Verdict.READY,
                        0,
                        logs -> {
                            logs.watched(15, 8).host.started(days(8).plusSeconds(240));
                            logs.host.watched(days(8).plusSeconds(240), END);
                        },
                        "of proven coverage"),
                row(
                        "a run killed, and never started again",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(30, 3).host.v2(days(0), Program.CURL),
                        "not watched since"),
                row(
                        "capture-gap of 12 h in 14 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(14, 0).host.gap(days(2), days(1.5)),
                        "13 d 12 h of 14 d watched, 12 h missing"),
                row(
                        "17 packets dropped in one summary of 14 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(14, 3).host.summary(days(3), days(3).plusSeconds(300), 0, 17);
                            logs.host.watched(days(3).plusSeconds(300), END);
                        },
                        "13 d 23 h of 14 d watched, 5 min missing"),
                row(
                        "a call whose version could not be told",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(20, 0).host.unknown(days(1), Program.CURL),
                        "1 call whose version could not be told"),
                row(
                        "summaries only, and one of them counts 3 v1 calls",
                        Verdict.NOT_READY,
                        1,
                        logs -> {
                            logs.watched(15, 3).host.reporting(days(3), days(3).plusSeconds(300), 3);
                            logs.host.watched(days(3).plusSeconds(300), END);
                        },
                        "counts 3 IMDSv1 calls without a line: lines are missing from the input"),
                row(
                        "a summary counts 1 v1 call, and its line is there",
                        Verdict.READY,
                        0,
                        logs -> {
                            logs.watched(30, 15).host.v1(days(15).plusSeconds(2), Program.CURL);
                            logs.host
                                    .reporting(days(15), days(15).plusSeconds(300), 1)
                                    .watched(days(15).plusSeconds(300), END);
                        },
                        "no IMDSv1 call in 14 d 23 h of proven coverage"),
                row(
                        "CloudWatch counted 5 where the log has 0",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0).metric("MetadataNoToken", Instant.parse("2026-11-20T11:00:00Z"), 5),
                        "CloudWatch counted more MetadataNoToken than the log shows: 2026-11-20 11:00 UTC (5 against 0)",
                        "There are IMDSv1 calls that the log does not show"),
                row(
                        "CloudWatch counted 5 refused where the log has 0",
                        Verdict.REQUIRED_BUT_BREAKING,
                        1,
                        logs -> logs.watched(15, 0)
                                .metric("MetadataNoTokenRejected", Instant.parse("2026-11-20T11:00:00Z"), 5),
                        "2026-11-20 11:00 UTC (5 against 0)"),
                row(
                        "CloudWatch counted 0, and so did the log",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0).metric("MetadataNoToken", Instant.parse("2026-11-20T11:00:00Z"), 0),
                        "of proven coverage"),
                row(
                        "the same log twice, plain and gzip",
                        Verdict.NOT_READY,
                        1,
                        logs -> {
                            logs.watched(15, 0).host.v1(days(2), Program.CURL);
                            logs.copied = true;
                        },
                        "1 IMDSv1 served",
                        "721 lines seen twice, counted once"),
                row(
                        "10 d of summaries, twice: still 10 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(10, 0);
                            logs.copied = true;
                        },
                        "10 d of 14 d watched, 4 d missing"),
                row(
                        "15 d of summaries, gzip cut in the middle",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(15, 0);
                            logs.cutBytes = 5_000;
                        },
                        "cut short",
                        "of 14 d watched"),
                row(
                        "30 d of summaries, gzip cut at its very end",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(30, 0).host.v2(days(0), Program.CURL);
                            logs.cutBytes = 9;
                        },
                        "What was read would be ready, but not all could be read, as of",
                        "1 input could not be read to the end: calls may be missing.",
                        "cut short"),
                row(
                        "half a line at the end",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0)
                                .host
                                .raw("{\"timestamp\":\"2026-11-21T23:00:00.000000Z\",\"level\":\"WA"),
                        "1 half or malformed line left out"),
                row(
                        "a v1 call dated 2031",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0).host.v1(Instant.parse("2031-01-01T00:00:00Z"), Program.CURL),
                        "1 IMDSv1 call whose time cannot be believed"),
                row(
                        "summaries dated 2029 only",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.host.watched(
                                Instant.parse("2029-01-01T00:00:00Z"), Instant.parse("2029-01-16T00:00:00Z")),
                        "no imds-summary line",
                        "720 lines with a time that cannot be believed"),
                row(
                        "lines of a newer format",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(10, 0)
                                .host
                                .raw(logs.host
                                        .lines()
                                        .get(0)
                                        .replace("\"schema\":1", "\"schema\":2")
                                        .replace("T23:", "T22:")),
                        "1 line in a newer format, read as far as known"));
    }

    private static Row row(String lines, Verdict verdict, int exitCode, Consumer<Logs> given, String... says) {
        return new Row(lines, given, verdict, exitCode, List.of(says));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theLinesLeadToTheVerdict(Row row) throws IOException {
        Logs logs = new Logs(folder);
        row.given().accept(logs);
        ReportOptions options = Reports.withMetrics(
                Reports.options(ReportFormat.TEXT, logs.write().toArray(Path[]::new)),
                logs.metrics.toArray(Path[]::new));
        Reports.Result result = Reports.run(options);
        if (Boolean.getBoolean("print.verdicts")) {
            System.out.printf(
                    "%-52s %-30s %d  %s%n",
                    row.lines(),
                    row.verdict().title(),
                    result.exitCode(),
                    row.says().stream().collect(Collectors.joining("; ")));
        }
        assertThat(result.out()).startsWith(" " + row.verdict().title() + " ").contains(row.says());
        assertThat(result.exitCode()).isEqualTo(row.exitCode());
    }
}
