package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.VerdictTable.END;
import static dev.imdsanalyzer.report.VerdictTable.days;
import static dev.imdsanalyzer.report.VerdictTable.row;

import dev.imdsanalyzer.report.SampleLog.Program;
import dev.imdsanalyzer.report.VerdictTable.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the calls in a log, and those that were only counted, make of the verdict. */
class CallsVerdictTableTest {
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
                        "no call of either version; no boot was seen in that time, and the next may need the endpoint"),
                row(
                        "15 d of summaries from a boot on, no call at all",
                        Verdict.READY,
                        0,
                        logs -> {
                            logs.watched(15, 10)
                                    .host
                                    .uptime(20)
                                    .started(days(10))
                                    .uptime(90_000);
                            logs.watched(10, 0);
                        },
                        "no call of either version, at boot neither: the endpoint may be turned off altogether",
                        "Never on a node of EKS or ECS",
                        "--http-endpoint disabled"),
                row(
                        "IMDSv1 that is refused and comes back with a token",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0)
                                .host
                                .call(days(2), Program.CURL, "v1", 401, "\"imdsv1-recovers\"", 1, ""),
                        "no IMDSv1 call in 15 d of proven coverage"),
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
                        "of proven coverage"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theLinesLeadToTheVerdict(Row row, @TempDir Path folder) throws IOException {
        VerdictTable.check(row, folder);
    }
}
