package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What CloudTrail saw of credentials beside what the log proves. */
class TrailVerdictTest {
    private static final String STRANGER = "i-00000000000000009";

    @TempDir
    Path folder;

    private Path trail;
    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1").watched(daysBeforeEnd(15), END);
    private final SampleTrail records = new SampleTrail();

    @BeforeEach
    void makeFolder() throws IOException {
        trail = Files.createDirectory(folder.resolve("trail"));
    }

    private SampleTrail v1(Instant created, Instant used) {
        return records.call(Reports.INSTANCE, "1.0", "app", created, used, "s3:ListBuckets", "aws-cli/1.16");
    }

    private SampleTrail v2() {
        return records.call(
                Reports.INSTANCE, "2.0", "app", daysBeforeEnd(1), daysBeforeEnd(0.9), "ec2:DescribeInstances", "x");
    }

    private ReportOptions options(ReportFormat format) throws IOException {
        if (!records.records().isEmpty()) {
            records.writeGzip(trail.resolve("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/21/a.json.gz"));
        }
        return Reports.options(
                        format,
                        log.write(Files.createDirectories(folder.resolve("log")).resolve("a.jsonl")))
                .withCloudTrails(List.of(trail.toString()));
    }

    private InstanceVerdict judge() throws IOException {
        return Reports.data(options(ReportFormat.TEXT)).instances().get(0);
    }

    @Test
    void aSessionFetchedInProvenTimeThatTheLogHasNotIsNeverReady() throws IOException {
        v1(daysBeforeEnd(2), daysBeforeEnd(1.9));
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.NOT_READY);
        assertThat(verdict.reasons().get(0))
                .startsWith("CloudTrail saw credentials that IMDSv1 handed out in time proven to have been watched")
                .contains("app, fetched from 2026-11-19 23:00 to 2026-11-20 01:24 UTC");
        assertThat(verdict.missed()).hasSize(1);
        for (ReportFormat format : Reports.WITH_REASONS) {
            Reports.Result result = Reports.run(options(format));
            assertThat(result.exitCode()).as(format.name()).isEqualTo(1);
            assertThat(result.out()).as(format.name()).contains("fetched from 2026-11-19 23:00");
        }
    }

    /** What is no version is not the newer one. */
    @ParameterizedTest
    @CsvSource({
        "'\"1.0\"', NOT_READY",
        "1.0, NOT_READY",
        "1, NOT_READY",
        "'\"1\"', NOT_READY",
        "'\"2.0\"', READY",
        "2.0, READY",
        "'\"3.0\"', READY",
        "'\"x\"', WATCH_LONGER",
        "'\"\"', WATCH_LONGER",
        "'\"-1.0\"', WATCH_LONGER"
    })
    void theVersionIsAnyNumberHoweverItIsWritten(String delivery, Verdict expected) throws IOException {
        v2().call(Reports.INSTANCE, "D", "app", daysBeforeEnd(2), daysBeforeEnd(1.9), "s3:ListBuckets", "x");
        records.records().replaceAll(text -> text.replace("\"D\"", delivery));

        Reports.Result result = Reports.run(options(ReportFormat.TEXT));
        assertThat(result.out()).startsWith(" " + expected.title() + " ");
        assertThat(result.out().contains("1 record whose ec2RoleDelivery is no version"))
                .isEqualTo(expected == Verdict.WATCH_LONGER);
    }

    /** Judged by the time of the session and not of the call: long before the window, and so no sign of a caller left. */
    @Test
    void oneThatWasMissedLongAgoStillKeepsReadyAway() throws IOException {
        log.lines().clear();
        log.watched(daysBeforeEnd(40), END);
        v1(daysBeforeEnd(30), daysBeforeEnd(29.9));
        assertThat(judge().verdict()).isEqualTo(Verdict.WATCH_LONGER);
    }

    @Test
    void theSessionOfACallInTheLogSaysWhoUsesItForWhat() throws IOException {
        log.v1(daysBeforeEnd(2).plusSeconds(600), Program.BOTO).v2(daysBeforeEnd(1), Program.CURL);
        v1(daysBeforeEnd(2), daysBeforeEnd(1.9))
                .call(
                        Reports.INSTANCE,
                        "1.0",
                        "app",
                        daysBeforeEnd(2),
                        daysBeforeEnd(1.8),
                        "sqs:SendMessage",
                        "Boto3/1.9.0");
        v1(daysBeforeEnd(2), daysBeforeEnd(1.7));
        ReportData data = Reports.data(options(ReportFormat.TEXT));
        assertThat(data.instances().get(0).missed()).isEmpty();
        assertThat(data.instances().get(0).witnesses())
                .extracting(Witness::sentence)
                .containsExactly(
                        "CloudTrail: theirs 1 session by IMDSv1, ours 1 of them with their call in the log: agreed");
        assertThat(data.usedCallers().keySet()).extracting(CallerGroup::label).containsExactly(Program.BOTO.label());
        assertThat(TrailTexts.used(data))
                .containsExactly(Program.BOTO.label()
                        + ": 3 API calls as app: s3:ListBuckets (2), sqs:SendMessage (1); by aws-cli/1.16 (2), Boto3/1.9.0 (1)"
                        + "; 1 of them by its own user agent (Boto3): sqs:SendMessage (1)");
    }

    /** Each call of the log is held against all sessions of its instance, so their number is bounded. */
    @Test
    void moreSessionsThanThereIsRoomForKeepReadyAway() throws IOException {
        for (int i = 0; i < 5_000; i++) {
            Instant created = daysBeforeEnd(400).plusSeconds(i * 3_600L);
            records.call(Reports.INSTANCE, "1.0", "app", created, created, "s3:ListBuckets", "x");
        }
        keepsReadyAway("records of more sessions than there is room for");
    }

    /** Two callers share a session's credentials: whose user agent signs the calls is to be fixed first. */
    @Test
    void theUserAgentTellsWhichOfTwoCallersUsesTheCredentials() throws IOException {
        log.v1(daysBeforeEnd(2).plusSeconds(600), Program.BOTO)
                .v1(daysBeforeEnd(2).plusSeconds(700), Program.CURL);
        records.call(
                Reports.INSTANCE,
                "1.0",
                "app",
                daysBeforeEnd(2),
                daysBeforeEnd(1.9),
                "s3:ListBuckets",
                "[Boto3/1.9.0 Python/3.9.2 Linux/5.10 Botocore/1.12.0]");
        ReportData data = Reports.data(options(ReportFormat.TEXT));
        assertThat(data.usedCallers().keySet())
                .extracting(CallerGroup::label)
                .containsExactly(Program.BOTO.label(), Program.CURL.label());
        assertThat(TrailTexts.used(data).get(0))
                .endsWith("1 of them by its own user agent (Boto3): s3:ListBuckets (1)");
        assertThat(TrailTexts.used(data).get(1)).endsWith("none of them by its own user agent (curl)");
        JsonNode json = new ObjectMapper()
                .readTree(Reports.run(options(ReportFormat.JSON)).out());
        assertThat(json.at("/cloudtrail/used_callers/0/own_api_calls/0/text").asString())
                .isEqualTo("s3:ListBuckets");
        assertThat(json.at("/cloudtrail/used_callers/1/own_api_calls").size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"role", "status", "time", "version", "path"})
    void aCallThatDoesNotFitIsNotTheSessionsOwn(String wrong) throws IOException {
        Instant time = wrong.equals("time") ? daysBeforeEnd(1.8) : daysBeforeEnd(1.95);
        log.v1(time, Program.BOTO);
        switch (wrong) {
            case "role" -> log.edit("security-credentials/app", "security-credentials/application");
            case "status" -> log.edit("\"status_code\":200", "\"status_code\":404");
            case "version" -> log.edit("\"version\":\"v1\"", "\"version\":\"v2\"");
            case "path" -> log.edit("security-credentials/app", "security-credentials/");
            default -> {}
        }
        v1(daysBeforeEnd(2), daysBeforeEnd(1.9));
        assertThat(judge().missed()).hasSize(1);
        assertThat(judge().verdict()).isEqualTo(Verdict.NOT_READY);
    }

    @Test
    void aSessionOfTimeThatWasNotWatchedIsNoContradictionButNoReadyEither() throws IOException {
        log.gap(daysBeforeEnd(2), daysBeforeEnd(1.99));
        v1(daysBeforeEnd(2.1), daysBeforeEnd(1.9));
        InstanceVerdict verdict = judge();
        assertThat(verdict.missed()).isEmpty();
        assertThat(verdict.verdict()).isEqualTo(Verdict.NOT_READY);
        assertThat(verdict.reasons().get(0)).contains("in time that was not watched");
    }

    @ParameterizedTest
    @EnumSource(
            value = ReportFormat.class,
            names = {"TEXT", "HTML"})
    void whatWasMissedIsToldWithWhoUsedIt(ReportFormat format) throws IOException {
        v1(daysBeforeEnd(2), daysBeforeEnd(1.9));
        assertThat(Reports.run(options(format)).out())
                .contains(
                        Reports.INSTANCE
                                + ": app, fetched from 2026-11-19 23:00 to 2026-11-20 01:24 UTC; used for s3:ListBuckets (1); by aws-cli/1.16 (1)");
    }

    @Test
    void anInstanceWithoutALogIsOneToWatchNext() throws IOException {
        records.call(STRANGER, "1.0", "batch", daysBeforeEnd(2), daysBeforeEnd(1.9), "s3:GetObject", "curl/7");
        ReportData data = Reports.data(options(ReportFormat.TEXT));
        assertThat(data.watchNext()).containsExactly(STRANGER);
        assertThat(data.verdict()).isEqualTo(Verdict.NOT_READY);
        assertThat(data.count(Verdict.READY)).isEqualTo(1);
        assertThat(Reports.run(options(ReportFormat.TEXT)).out()).contains("Watch next", STRANGER);
    }

    @Test
    void sessionsByImdsV2LeaveReadyAlone() throws IOException {
        v2();
        assertThat(judge().verdict()).isEqualTo(Verdict.READY);
        Reports.Result result = Reports.run(options(ReportFormat.TEXT));
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .contains(
                        "witness CloudTrail: theirs no session by IMDSv1, ours 0 of them",
                        "CloudTrail sees the use of credentials");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lookup", "events", "athena", "array", "logs"})
    void everyFormOfTheRecordsIsRead(String form) throws IOException {
        v1(daysBeforeEnd(2), daysBeforeEnd(1.9));
        String text = switch (form) {
            case "lookup" -> records.asLookup();
            case "events" -> records.asEvents();
            case "athena" -> records.asAthena();
            case "logs" ->
                "{\"events\":[{\"message\":\"" + records.records().get(0).replace("\"", "\\\"") + "\"}]}";
            default -> "[" + records.records().get(0) + "]";
        };
        records.records().clear();
        Files.writeString(trail.resolve("trail.json"), text);
        assertThat(judge().missed()).hasSize(1);
    }

    /** Ours and theirs, agreed or not, of both witnesses in all formats. */
    @ParameterizedTest
    @FieldSource("dev.imdsanalyzer.report.Reports#WITH_REASONS")
    void bothWitnessesStandSideBySide(ReportFormat format) throws IOException {
        v1(daysBeforeEnd(2), daysBeforeEnd(1.9));
        Path metric = Files.writeString(
                folder.resolve("m.json"),
                "{\"Label\":\"MetadataNoToken\",\"Datapoints\":[{\"Timestamp\":\"2026-11-20T00:00:00Z\",\"Sum\":7.0,"
                        + "\"Unit\":\"Count\"}]}");
        ReportOptions options = options(format);
        Reports.Result result =
                Reports.run(Reports.withMetrics(options, metric).withCloudTrails(options.cloudTrails()));
        assertThat(result.out()).contains("CloudWatch MetadataNoToken").contains("CloudTrail");
        if (format == ReportFormat.JSON) {
            JsonNode witnesses = new ObjectMapper().readTree(result.out()).at("/instances/0/witnesses");
            assertThat(witnesses.at("/0/theirs").asString()).isEqualTo("7");
            assertThat(witnesses.at("/0/ours").asString()).isEqualTo("0");
            assertThat(witnesses.at("/0/agreed").asBoolean()).isFalse();
            assertThat(witnesses.at("/1/agreed").asBoolean()).isFalse();
        } else {
            assertThat(result.out())
                    .contains("CloudWatch MetadataNoToken: theirs 7, ours 0: NOT AGREED")
                    .contains(
                            "CloudTrail: theirs 1 session by IMDSv1, ours 0 of them with their call in the log, 1 missed by it: NOT AGREED");
        }
    }

    @Test
    void digestsAndInsightsAreNoRecords() throws IOException {
        Path digest = Files.createDirectories(trail.resolve("AWSLogs/1/CloudTrail-Digest"));
        Files.writeString(digest.resolve("d.json"), "{\"digestStartTime\":\"x\",\"logFiles\":[]}");
        keepsReadyAway("there is no record in it, only digests or insights");
    }

    @Test
    void recordsOfOthersAloneAreToldAndKeepReadyAway() throws IOException {
        records.stranger(END);
        keepsReadyAway("no record in it is of an instance's role");
    }

    @Test
    void aCutFileIsToldAndKeepsReadyAway() throws IOException {
        v2();
        Path file = records.writeGzip(trail.resolve("a.json.gz"));
        records.records().clear();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 20));
        keepsReadyAway("could not be read to its end");
    }

    @Test
    void jsonThatEndsAndWhatIsNoneKeepReadyAway() throws IOException {
        Files.writeString(trail.resolve("a.json"), "{\"Records\":[{\"eventTime\":");
        keepsReadyAway("could not be read to its end");
        Files.writeString(trail.resolve("a.json"), "hello");
        keepsReadyAway("could not be read to its end");
    }

    private void keepsReadyAway(String why) throws IOException {
        Reports.Result result = Reports.run(options(ReportFormat.TEXT));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out())
                .startsWith(" WATCH LONGER ")
                .contains("CloudTrail keeps READY away")
                .contains(why);
    }

    @ParameterizedTest
    @EnumSource(ReportFormat.class)
    void keysAddressesAndParametersReachNoFormatAndHostileTextStaysText(ReportFormat format) throws IOException {
        log.v1(daysBeforeEnd(1.95), Program.BOTO);
        records.call(
                Reports.INSTANCE,
                "1.0",
                "app",
                daysBeforeEnd(2),
                daysBeforeEnd(1.9),
                "s3:ListBuckets",
                "\\u001b[2J<script>alert(1)</script>\\u202e=cmd()");
        records.call(STRANGER, "1.0", "<b>\\u009b", daysBeforeEnd(2), daysBeforeEnd(1.9), "s3:ListBuckets", "x");
        Reports.Result result = Reports.run(options(format));
        assertThat(result.out() + result.err())
                .doesNotContain(SampleTrail.KEY, SampleTrail.ADDRESS, SampleTrail.PARAMETER, "<b>\u009b")
                .doesNotContainPattern("[\\p{Cntrl}&&[^\\r\\n]]")
                .doesNotContain("\u202e", "\u009b");
        assertThat(result.out().contains("<script>alert"))
                .isEqualTo(format == ReportFormat.TEXT || format == ReportFormat.JSON);
    }

    @Test
    void theJsonHasAllThreeAnswers() throws IOException {
        log.v1(daysBeforeEnd(1.95), Program.BOTO);
        v1(daysBeforeEnd(2), daysBeforeEnd(1.9));
        v1(daysBeforeEnd(5), daysBeforeEnd(4.9));
        records.call(STRANGER, "1.0", "batch", daysBeforeEnd(2), daysBeforeEnd(1.9), "s3:GetObject", "curl/7");
        JsonNode json = new ObjectMapper()
                .readTree(Reports.run(options(ReportFormat.JSON)).out())
                .at("/cloudtrail");
        assertThat(json.at("/sessions_v1").asInt()).isEqualTo(3);
        assertThat(json.at("/used_callers/0/label").asString()).isEqualTo(Program.BOTO.label());
        assertThat(json.at("/used_callers/0/api_calls/0/text").asString()).isEqualTo("s3:ListBuckets");
        assertThat(json.at("/watch_next/0").asString()).isEqualTo(STRANGER);
        assertThat(json.at("/missed").size()).isEqualTo(1);
        assertThat(json.at("/missed/0/fetched_from").asString()).isEqualTo("2026-11-16T23:00:00.000000Z");
    }
}
