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
}
