package dev.imdsanalyzer.report;

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

/** What the two other witnesses, CloudTrail and CloudWatch, make of a verdict; and what they are given that is none. */
class WitnessVerdictTableTest {
    private static final String STRANGER = "i-00000000000000009";
    private static final Instant HOUR = Instant.parse("2026-11-20T11:00:00Z");

    static Stream<Row> rows() {
        return Stream.concat(Stream.concat(sessions(), inputs()), metrics());
    }

    private static Stream<Row> sessions() {
        return Stream.of(
                row(
                        "15 d watched; a 1.0 session of 2 d ago, no call of it",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0).session(2, 1.9),
                        "in time proven to have been watched, and the log has no such call",
                        "fetched from 2026-11-19 23:00 to 2026-11-20 01:24 UTC",
                        "1 missed by it: NOT AGREED"),
                row(
                        "40 d watched; a 1.0 session of 30 d ago, no call of it",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(40, 0).session(30, 29.9),
                        "in time proven to have been watched, and the log has no such call"),
                row(
                        "15 d watched; a 1.0 session in a gap of 2 d ago",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 2.1).watched(1.9, 0).session(2, 1.95),
                        "CloudTrail saw credentials that IMDSv1 handed out in time that was not watched"),
                row(
                        "15 d watched; a 1.0 session of the day before",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0).session(16, 15.9),
                        "1 from time not watched: NOT AGREED"),
                row(
                        "15 d watched; made before it, used in it: a cache",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0).session(15.2, 15.1).session(15.2, 14.9),
                        "1 from time not watched: NOT AGREED"),
                row(
                        "15 d watched; 1.0 by the call of 2 d ago in the log",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0).session(2, 1.9).host.v1(days(1.95), Program.BOTO),
                        "1 of them with their call in the log: agreed",
                        "1 API call as app: s3:ListBuckets"),
                row(
                        "40 d watched; 1.0 by the call of 20 d ago in the log",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(40, 0).session(20, 19.9).host.v1(days(19.95), Program.BOTO),
                        "1 of them with their call in the log: agreed"),
                row(
                        "15 d watched; 1.0 without its creation date",
                        Verdict.NOT_READY,
                        1,
                        logs -> {
                            logs.watched(15, 0).session(2, 1.9);
                            logs.trail.records().replaceAll(text -> text.replace("creationDate", "x"));
                        },
                        "CloudTrail saw credentials that IMDSv1 handed out"),
                row(
                        "15 d watched; 1.0 of an instance without a log",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0)
                                .trail
                                .call(STRANGER, "1.0", "batch", days(2), days(1.9), "s3:GetObject", "curl/7"),
                        "the logs have no line of this instance",
                        "Watch next",
                        STRANGER),
                row(
                        "15 d watched; sessions by IMDSv2 alone",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0)
                                .trail
                                .call(Reports.INSTANCE, "2.0", "app", days(2), days(1.9), "s3:GetObject", "x"),
                        "no session by IMDSv1"),
                row(
                        "silent from its boot on; its role's credentials are used",
                        Verdict.READY,
                        0,
                        logs -> {
                            logs.watched(15, 10)
                                    .host
                                    .uptime(20)
                                    .started(days(10))
                                    .uptime(90_000);
                            logs.watched(10, 0)
                                    .trail
                                    .call(Reports.INSTANCE, "2.0", "app", days(2), days(1.9), "s3:GetObject", "x");
                        },
                        "CloudTrail saw its role's credentials used: the endpoint is needed"),
                row(
                        "15 d watched, refused since 1 d; 1.0 of 2 d ago",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0).session(2, 1.9).host.rejected(days(1), Program.CURL),
                        "CloudTrail saw credentials"),
                row(
                        "10 d watched; a 1.0 session of 2 d ago, no call of it",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(10, 0).session(2, 1.9),
                        "calls were missed"));
    }

    private static Stream<Row> inputs() {
        return Stream.of(
                row(
                        "15 d watched; records of users alone",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0).trail.stranger(days(1)),
                        "CloudTrail keeps READY away: no record in it is of an instance's role"),
                row(
                        "15 d watched; 1.0 without time",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(15, 0).session(2, 1.9);
                            logs.trail.records().replaceAll(text -> text.replace("\"eventTime\"", "\"x\""));
                        },
                        "1 record of IMDSv1 credentials without a time or an instance"),
                row(
                        "15 d watched; digest files alone",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0)
                                .trailFile("AWSLogs/1/CloudTrail-Digest/d.json", "{\"digestStartTime\":\"x\"}"),
                        "there is no record in it, only digests or insights of CloudTrail"),
                row(
                        "15 d watched; a digest among the records' files",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0)
                                .trailFile("d.json", "{\"digestStartTime\":\"x\",\"logFiles\":[{\"s3Bucket\":\"b\"}]}"),
                        "there is no record in it, only digests or insights of CloudTrail"),
                row(
                        "15 d watched; Insight events alone",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0)
                                .trailFile(
                                        "i.json",
                                        "{\"Records\":[{\"eventTime\":\"2026-11-20T11:00:00Z\",\"eventType\":\"AwsCloudTrailInsight\","
                                                + "\"insightDetails\":{\"state\":\"Start\"}}]}"),
                        "there is no record in it, only digests or insights of CloudTrail"),
                row(
                        "15 d watched; records of a VPC's flow log",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0)
                                .trailFile("f.log", "2 123456789010 eni-1 172.31.16.139 ACCEPT OK\n"),
                        "could not be read to its end",
                        "there is no record in it"),
                row(
                        "15 d watched; JSON of another service",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0).trailFile("w.json", "{\"webaclId\":\"x\",\"action\":\"ALLOW\"}\n"),
                        "there is no record in it"),
                row(
                        "15 d watched; an empty folder of records",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0).trailFile("empty.json", ""),
                        "there is no record in it"),
                row(
                        "15 d watched; sessions by IMDSv2, gzip cut short",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(15, 0)
                                    .trail
                                    .call(Reports.INSTANCE, "2.0", "app", days(2), days(1.9), "s3:GetObject", "x");
                            logs.cutTrailBytes = 20;
                        },
                        "CloudTrail keeps READY away: could not be read to its end"),
                row(
                        "15 d watched; a zip archive for records",
                        null,
                        65,
                        logs -> logs.watched(15, 0).trailFile("a.json", "PK\u0003\u0004 zip"),
                        "a zip archive",
                        "unpack it with unzip first"));
    }

    private static Stream<Row> metrics() {
        return Stream.of(
                row(
                        "15 d watched; CloudWatch counted none",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0).metric("MetadataNoToken", HOUR, 0),
                        "CloudWatch MetadataNoToken: theirs 0, ours 0: agreed"),
                row(
                        "15 d watched; CloudWatch counted 3 that the log lacks",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0).metric("MetadataNoToken", HOUR, 3),
                        "CloudWatch counted more MetadataNoToken than the log shows: 2026-11-20 11:00 UTC (3 against 0)"),
                row(
                        "15 d watched; CloudWatch counted 3 refused",
                        Verdict.REQUIRED_BUT_BREAKING,
                        1,
                        logs -> logs.watched(15, 0).metric("MetadataNoTokenRejected", HOUR, 3),
                        "theirs 3, ours 0: NOT AGREED"),
                row(
                        "CloudWatch agrees, CloudTrail does not",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0).session(2, 1.9).metric("MetadataNoToken", HOUR, 0),
                        "CloudWatch MetadataNoToken: theirs 0, ours 0: agreed",
                        "1 missed by it: NOT AGREED"),
                row(
                        "CloudTrail agrees, CloudWatch does not",
                        Verdict.NOT_READY,
                        1,
                        logs -> {
                            logs.watched(15, 0)
                                    .trail
                                    .call(Reports.INSTANCE, "2.0", "app", days(2), days(1.9), "s3:GetObject", "x");
                            logs.metric("MetadataNoToken", HOUR, 3);
                        },
                        "theirs 3, ours 0: NOT AGREED",
                        "no session by IMDSv1"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theLinesLeadToTheVerdict(Row row, @TempDir Path folder) throws IOException {
        VerdictTable.check(row, folder);
    }
}
