package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.Reports.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {
    private static final Instant END = NOW.minus(Duration.ofHours(1));

    @TempDir
    Path folder;

    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1");

    private static Instant daysBeforeEnd(double days) {
        return END.minusSeconds((long) (days * 86_400));
    }

    private InstanceVerdict judge() throws IOException {
        ReportData data = Reports.data(Reports.options(ReportFormat.TEXT, log.write(folder.resolve("a.jsonl"))));
        assertThat(data.verdict()).isEqualTo(data.instances().get(0).verdict());
        return data.instances().get(0);
    }

    @Test
    void fourteenWatchedDaysWithoutVersionOneAreReady() throws IOException {
        log.watched(daysBeforeEnd(14.01), END).v2(daysBeforeEnd(3), Program.CURL);
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.READY);
        assertThat(verdict.silent()).isFalse();
        assertThat(verdict.reasons()).containsExactly("no IMDSv1 call in 14 d of proven coverage");
    }

    @Test
    void anInstanceWithoutAnyCallIsNamedSilent() throws IOException {
        log.watched(daysBeforeEnd(15), END);
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.READY);
        assertThat(verdict.silent()).isTrue();
    }

    @Test
    void silenceIsAdviceOnlyWhereItIsProven() throws IOException {
        log.watched(daysBeforeEnd(5), END);
        assertThat(judge().aboutSilence()).isEqualTo("no call of either version so far");
        SampleLog unwatched = new SampleLog(Reports.INSTANCE, "web-1").started(END);
        assertThat(Reports.data(Reports.options(ReportFormat.TEXT, unwatched.write(folder.resolve("a.jsonl"))))
                        .instances()
                        .get(0)
                        .aboutSilence())
                .isNull();
    }

    @Test
    void aCallWithinTheWindowIsNotReady() throws IOException {
        log.watched(daysBeforeEnd(30), END).v1(daysBeforeEnd(13), Program.CURL);
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.NOT_READY);
        assertThat(verdict.missingMicros()).isEqualTo(Duration.ofDays(1).toNanos() / 1000);
    }

    @Test
    void aCallBeforeTheWindowDoesNotMatterAnyMore() throws IOException {
        log.watched(daysBeforeEnd(30), END).v1(daysBeforeEnd(14.5), Program.CURL);
        assertThat(judge().verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void tooFewWatchedDaysAskForMore() throws IOException {
        log.watched(daysBeforeEnd(10), END);
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.reasons()).containsExactly("10 d of 14 d watched, 4 d missing");
    }

    @Test
    void callsAloneProveNoCoverage() throws IOException {
        log.v2(daysBeforeEnd(20), Program.CURL).v2(END, Program.CURL);
        assertThat(judge().verdict()).isEqualTo(Verdict.WATCH_LONGER);
    }

    @Test
    void startsAndStopsAloneProveNoCoverage() throws IOException {
        log.started(daysBeforeEnd(20)).stopped(END);
        assertThat(judge().reasons()).containsExactly("no imds-summary line: nothing proves that anybody watched");
    }

    @Test
    void anEmptyLogIsNotReady() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.jsonl"));
        Reports.Result result = Reports.run(Reports.options(ReportFormat.TEXT, empty));
        assertThat(result.exitCode()).isEqualTo(Report.EXIT_NOT_READY);
        assertThat(result.out()).startsWith(" WATCH LONGER ").contains("no line of this analyzer");
    }

    @Test
    void missingHeartbeatsCountAsUnwatched() throws IOException {
        log.watched(daysBeforeEnd(15), daysBeforeEnd(10)).watched(daysBeforeEnd(7), END);
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.reasons().get(0)).isEqualTo("12 d of 14 d watched, 2 d missing");
        assertThat(verdict.proven().size()).isEqualTo(2);
    }

    @Test
    void longGapsAreNotReadyEvenWhenTheSumIsEnough() throws IOException {
        log.watched(daysBeforeEnd(30), daysBeforeEnd(15)).watched(daysBeforeEnd(10), END);
        assertThat(judge().reasons().get(0)).startsWith("gaps of 5 d");
    }

    @Test
    void aShortRestartDoesNotDelayTheVerdictByMoreThanItself() throws IOException {
        log.watched(daysBeforeEnd(15), daysBeforeEnd(8))
                .stopped(daysBeforeEnd(8))
                .started(daysBeforeEnd(8).plusSeconds(30))
                .watched(daysBeforeEnd(8).plusSeconds(30), END);
        assertThat(judge().verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void captureGapsAreNotProven() throws IOException {
        log.watched(daysBeforeEnd(14), END).gap(daysBeforeEnd(2), daysBeforeEnd(1.5));
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.missingMicros()).isEqualTo(Duration.ofHours(12).toNanos() / 1000);
    }

    @Test
    void droppedPacketsMakeTheirIntervalUnproven() throws IOException {
        Instant middle = daysBeforeEnd(3);
        log.watched(daysBeforeEnd(14), middle)
                .summary(middle, middle.plusSeconds(300), 0, 17)
                .watched(middle.plusSeconds(300), END);
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.missingMicros()).isEqualTo(300_000_000L);
        assertThat(verdict.instance().lostPackets()).isEqualTo(17);
    }

    @Test
    void aGapThatHasALineOfItsOwnIsSubtractedOnce() throws IOException {
        Instant middle = daysBeforeEnd(3);
        log.watched(daysBeforeEnd(14), middle)
                .gap(middle.plusSeconds(10), middle.plusSeconds(22))
                .summary(middle, middle.plusSeconds(300), 12, 5)
                .watched(middle.plusSeconds(300), END);
        assertThat(judge().missingMicros()).isEqualTo(12_000_000L);
    }

    @Test
    void refusedCallsMeanRequiredButBreaking() throws IOException {
        log.watched(daysBeforeEnd(20), END).v1(daysBeforeEnd(9), Program.CURL).rejected(daysBeforeEnd(1), Program.CURL);
        assertThat(judge().verdict()).isEqualTo(Verdict.REQUIRED_BUT_BREAKING);
    }

    @Test
    void servedCallsAfterRefusedOnesMeanThatItWasRolledBack() throws IOException {
        log.watched(daysBeforeEnd(20), END)
                .rejected(daysBeforeEnd(2), Program.CURL)
                .v1(daysBeforeEnd(1), Program.CURL);
        assertThat(judge().verdict()).isEqualTo(Verdict.NOT_READY);
    }

    @Test
    void callsOfUnknownVersionAskForMore() throws IOException {
        log.watched(daysBeforeEnd(20), END).unknown(daysBeforeEnd(1), Program.CURL);
        assertThat(judge().verdict()).isEqualTo(Verdict.WATCH_LONGER);
    }

    @Test
    void aHostThatFellSilentIsNotReady() throws IOException {
        log.watched(daysBeforeEnd(30), daysBeforeEnd(3));
        SampleLog other = new SampleLog("i-00000000000000001", "web-2").watched(daysBeforeEnd(20), END);
        ReportData data = Reports.data(Reports.options(
                ReportFormat.TEXT, log.write(folder.resolve("a.jsonl")), other.write(folder.resolve("b.jsonl"))));
        assertThat(data.count(Verdict.READY)).isEqualTo(1);
        assertThat(data.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(data.instances().get(0).reasons().get(0)).startsWith("not watched since");
    }

    @Test
    void aClockThatJumpsAheadNeitherHidesACallNorProvesCoverage() throws IOException {
        log.watched(daysBeforeEnd(20), END)
                .v1(Instant.parse("2031-01-01T00:00:00Z"), Program.CURL)
                .summary(NOW.plus(Duration.ofDays(900)), NOW.plus(Duration.ofDays(990)), 0, 0);
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.NOT_READY);
        assertThat(verdict.reasons()).containsExactly("1 IMDSv1 call whose time cannot be believed");
    }

    @Test
    void theWindowAndTheRangeAreTheUsersChoice() throws IOException {
        log.watched(daysBeforeEnd(20), END).v1(daysBeforeEnd(5), Program.CURL);
        ReportOptions options = Reports.options(ReportFormat.TEXT, log.write(folder.resolve("a.jsonl")));
        assertThat(Reports.data(Reports.withRange(options, null, null, Duration.ofDays(4)))
                        .verdict())
                .isEqualTo(Verdict.READY);
        assertThat(Reports.data(Reports.withRange(options, null, daysBeforeEnd(6), Duration.ofDays(13)))
                        .verdict())
                .isEqualTo(Verdict.READY);
        assertThat(Reports.data(Reports.withRange(options, daysBeforeEnd(4), null, Duration.ofDays(5)))
                        .verdict())
                .isEqualTo(Verdict.WATCH_LONGER);
    }

    @Test
    void theExitCodeSaysIt() throws IOException {
        log.watched(daysBeforeEnd(15), END);
        Path file = log.write(folder.resolve("a.jsonl"));
        assertThat(Reports.run(Reports.options(ReportFormat.TEXT, file)).exitCode())
                .isEqualTo(Report.EXIT_READY);
        log.v1(END, Program.CURL).write(file);
        assertThat(Reports.run(Reports.options(ReportFormat.TEXT, file)).exitCode())
                .isEqualTo(Report.EXIT_NOT_READY);
    }

    @Test
    void aMissingInputIsTold() {
        Reports.Result result = Reports.run(Reports.options(ReportFormat.TEXT, folder.resolve("none.jsonl")));
        assertThat(result.exitCode()).isEqualTo(Report.EXIT_NO_INPUT);
        assertThat(result.err()).endsWith("none.jsonl: no such file or folder\n");
    }

    @Test
    void theSentenceNamesTheTimeForWhichItHolds() throws IOException {
        log.watched(daysBeforeEnd(15), END);
        Reports.Result result = Reports.run(Reports.options(ReportFormat.TEXT, log.write(folder.resolve("a.jsonl"))));
        assertThat(result.out())
                .startsWith(" READY   IMDSv2 can be required on this instance, as of 2026-11-21 23:00 UTC.")
                .doesNotContain("Old logs");
    }

    @Test
    void oldLogsKeepTheirVerdictAndSayHowOldTheyAre() throws IOException {
        log.watched(daysBeforeEnd(15), END);
        Path file = log.write(folder.resolve("a.jsonl"));
        Instant later = END.plus(Duration.ofDays(300));
        String warning = "the newest line is 300 d old (2026-11-21 23:00 UTC): the verdict holds for then and says"
                + " nothing about what came after";
        Reports.Result text = Reports.run(Reports.at(Reports.options(ReportFormat.TEXT, file), later));
        assertThat(text.exitCode()).isZero();
        assertThat(text.out()).startsWith(" READY ").containsOnlyOnce("Old logs: " + warning);
        Reports.Result json = Reports.run(Reports.at(Reports.options(ReportFormat.JSON, file), later));
        assertThat(json.out())
                .contains(warning)
                .contains("\"headline\" : \"IMDSv2 can be required on this instance, as of 2026-11-21 23:00 UTC.\"");
        assertThat(json.err()).contains(warning);
        assertThat(Reports.run(Reports.at(Reports.options(ReportFormat.HTML, file), later))
                        .out())
                .contains("<b>Old logs:</b> " + warning)
                .contains("as of 2026-11-21 23:00 UTC.");
    }

    @Test
    void runsOfOneNameThatOverlapAreSeveralHosts() throws IOException {
        SampleLog one = new SampleLog(null, "localhost").run("aaaaaaaaaaaaaaaa").watched(daysBeforeEnd(15), END);
        SampleLog other =
                new SampleLog(null, "localhost").run("bbbbbbbbbbbbbbbb").watched(daysBeforeEnd(15), END);
        ReportData data = Reports.data(Reports.options(
                ReportFormat.TEXT, one.write(folder.resolve("a.jsonl")), other.write(folder.resolve("b.jsonl"))));
        assertThat(data.input().duplicates()).isZero();
        assertThat(data.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(data.instances().get(0).reasons().get(0)).startsWith("several hosts go by this name");
        assertThat(data.warnings().get(0)).startsWith("several hosts are called localhost");
    }

    @Test
    void runsOfOneNameInTurnAreOneHost() throws IOException {
        SampleLog host = new SampleLog(null, "localhost")
                .run("aaaaaaaaaaaaaaaa")
                .watched(daysBeforeEnd(15), daysBeforeEnd(7))
                .run("bbbbbbbbbbbbbbbb")
                // The clock was set back by ten seconds in between.
                .watched(daysBeforeEnd(7).minusSeconds(10), END);
        assertThat(Reports.data(Reports.options(ReportFormat.TEXT, host.write(folder.resolve("a.jsonl"))))
                        .verdict())
                .isEqualTo(Verdict.READY);
    }

    @Test
    void twoAnalyzersOfOneInstanceAreOneHost() throws IOException {
        log.watched(daysBeforeEnd(15), END).run("bbbbbbbbbbbbbbbb").watched(daysBeforeEnd(3), daysBeforeEnd(2));
        assertThat(judge().verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void aCaptureOnTheLoopbackDeviceProvesNothing() throws IOException {
        log.started(daysBeforeEnd(15), "lo").watched(daysBeforeEnd(15), END);
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.reasons())
                .containsExactly(
                        "captured on lo for 15 d: no call to IMDS passes the loopback device, so that proves nothing");
        assertThat(verdict.proven().isEmpty()).isTrue();
    }

    @Test
    void onlyTheRunOnTheLoopbackDeviceIsLeftOut() throws IOException {
        log.run("aaaaaaaaaaaaaaaa")
                .started(daysBeforeEnd(20), "lo")
                .watched(daysBeforeEnd(20), daysBeforeEnd(15))
                .run("bbbbbbbbbbbbbbbb")
                .started(daysBeforeEnd(15))
                .watched(daysBeforeEnd(15), END);
        assertThat(judge().verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void aCaptureOnOneDeviceIsSaid() throws IOException {
        log.started(daysBeforeEnd(15), "eth0").watched(daysBeforeEnd(15), END);
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.READY);
        assertThat(verdict.reasons())
                .contains("note: captured on eth0 alone: a call that leaves by another device is not seen");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"dropped_by_interface\":0", "\"dropped_by_analyzer\":0", "\"seen\":0"})
    void whatWasLostNobodyKnowsWhenMakesTheWholeIntervalUnproven(String zero) throws IOException {
        Instant middle = daysBeforeEnd(3);
        log.watched(daysBeforeEnd(14), middle)
                .gap(middle.plusSeconds(10), middle.plusSeconds(22))
                .summary(middle, middle.plusSeconds(300), 12, 5)
                .edit(zero, zero.contains("seen") ? zero : zero.replace(":0", ":1"))
                .edit(
                        "\"packets\":{",
                        zero.contains("seen") ? "\"flows\":{\"open\":1,\"evicted\":2},\"packets\":{" : "\"packets\":{")
                .watched(middle.plusSeconds(300), END);
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.missingMicros()).isEqualTo(300_000_000L);
    }

    @Test
    void readySaysTheGapsThatItTolerates() throws IOException {
        log.watched(daysBeforeEnd(20), daysBeforeEnd(8))
                .watched(daysBeforeEnd(8).plus(Duration.ofHours(32)), END);
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.READY);
        assertThat(verdict.reasons())
                .containsExactly("no IMDSv1 call in 18 d 16 h of proven coverage, with gaps of 1 d 8 h");
    }

    @Test
    void a403SaysNothingAboutVersionTwo() throws IOException {
        log.watched(daysBeforeEnd(20), END).forbidden(daysBeforeEnd(1), Program.CURL);
        InstanceVerdict verdict = judge();
        assertThat(verdict.verdict()).isEqualTo(Verdict.NOT_READY);
        assertThat(verdict.reasons())
                .containsExactly("1 IMDSv1 call answered 403, the last 24 hours ago (2026-11-20 23:00 UTC), 1 d watched"
                        + " since: the endpoint is off or the call is not allowed, whether IMDSv2 is required or not");
        assertThat(text()).contains("that is not IMDSv2").doesNotContain("--http-tokens optional");
    }

    @Test
    void a403AfterA401LeavesItBreaking() throws IOException {
        log.watched(daysBeforeEnd(20), END)
                .rejected(daysBeforeEnd(2), Program.CURL)
                .forbidden(daysBeforeEnd(1), Program.BOTO);
        assertThat(judge().verdict()).isEqualTo(Verdict.REQUIRED_BUT_BREAKING);
        assertThat(judge().reasons()).hasSize(2);
        assertThat(judge().reasons().get(0)).startsWith("1 IMDSv1 call refused, the last 2 days ago");
    }

    @Test
    void theStopgapIsForInstancesThatBreakToday() throws IOException {
        log.watched(daysBeforeEnd(30), END).rejected(daysBeforeEnd(1), Program.CURL);
        assertThat(text())
                .contains("aws ec2 modify-instance-metadata-options --instance-id " + Reports.INSTANCE
                        + " --http-tokens optional\n");
        log.v1(daysBeforeEnd(0.5), Program.BOTO);
        assertThat(text()).as("rolled back since").startsWith(" NOT READY ").doesNotContain("--http-tokens optional");
    }

    @Test
    void aRefusalLongAgoGetsNoStopgap() throws IOException {
        log.watched(daysBeforeEnd(30), END)
                .rejected(daysBeforeEnd(20), Program.CURL)
                .edit("Send a token.", "Send one; as a stopgap: aws x --http-tokens optional --http-endpoint enabled.")
                .rejected(daysBeforeEnd(1), Program.BOTO);
        String text = text();
        assertThat(text)
                .contains("IMDSv2 is required, and 1 caller cannot live with it")
                .contains("No longer seen with IMDSv1\n  " + Program.CURL.label()
                        + "  1 IMDSv1 call, the last 2026-11-01 23:00 UTC, on 1 instance");
        assertThat(text.split("--http-tokens optional", -1)).hasSize(2);
    }

    @Test
    void callersFixedBeforeTheWindowWouldNotBreak() throws IOException {
        log.watched(daysBeforeEnd(30), END).v1(daysBeforeEnd(20), Program.CURL).v1(daysBeforeEnd(1), Program.BOTO);
        assertThat(text()).contains("1 caller would break").contains("No longer seen with IMDSv1");
        assertThat(Reports.run(Reports.options(ReportFormat.HTML, folder.resolve("a.jsonl")))
                        .out())
                .contains("<b>1</b><span>program uses IMDSv1</span>")
                .contains("no longer seen with v1");
        assertThat(Reports.run(Reports.options(ReportFormat.JSON, folder.resolve("a.jsonl")))
                        .out())
                .containsOnlyOnce("\"blocking\" : true")
                .containsOnlyOnce("\"blocking\" : false");
    }

    @Test
    void aGetOfTheTokensPathIsInNobodysWay() throws IOException {
        log.watched(daysBeforeEnd(15), daysBeforeEnd(1))
                .tokenGet(daysBeforeEnd(1).plusSeconds(2), Program.CURL)
                .reporting(daysBeforeEnd(1), daysBeforeEnd(1).plusSeconds(300), 1)
                .watched(daysBeforeEnd(1).plusSeconds(300), END);
        assertThat(judge().verdict()).isEqualTo(Verdict.READY);
        assertThat(text())
                .contains("Whose version is not known, or does not matter\n  " + Program.CURL.label()
                        + "  1 call on 1 instance, 1 without a token that need none")
                .doesNotContain("Who uses IMDSv");
    }

    @Test
    void versionTwoOnlyMeansSomeOfItAndNothingElse() throws IOException {
        log.watched(daysBeforeEnd(15), END)
                .v2(daysBeforeEnd(1), Program.CURL)
                .v2(daysBeforeEnd(1), Program.BOTO)
                .unknown(daysBeforeEnd(1), Program.BOTO);
        assertThat(text())
                .contains("Who uses IMDSv2 only\n  " + Program.CURL.label() + "  1 call on 1 instance\n")
                .contains("Whose version is not known, or does not matter\n  " + Program.BOTO.label()
                        + "  2 calls on 1 instance, 1 of unknown version");
    }

    private String text() throws IOException {
        return Reports.run(Reports.options(ReportFormat.TEXT, log.write(folder.resolve("a.jsonl"))))
                .out();
    }
}
