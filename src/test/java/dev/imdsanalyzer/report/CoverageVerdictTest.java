package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static dev.imdsanalyzer.report.SingleHost.judge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What proves that anybody watched, and for how long. */
class CoverageVerdictTest {
    @TempDir
    Path folder;

    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1");

    @Test
    void anInstanceWithoutAnyCallIsNamedSilent() throws IOException {
        log.watched(daysBeforeEnd(15), END);
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.READY);
        assertThat(verdict.silent()).isTrue();
    }

    @Test
    void silenceIsAdviceOnlyWhereItIsProven() throws IOException {
        log.watched(daysBeforeEnd(5), END);
        assertThat(judge(log, folder).aboutSilence()).isEqualTo("no call of either version so far");
        SampleLog unwatched = new SampleLog(Reports.INSTANCE, "web-1").started(END);
        assertThat(Reports.data(Reports.options(ReportFormat.TEXT, unwatched.write(folder.resolve("a.jsonl"))))
                        .instances()
                        .get(0)
                        .aboutSilence())
                .isNull();
    }

    @Test
    void tooFewWatchedDaysAskForMore() throws IOException {
        log.watched(daysBeforeEnd(10), END);
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.reasons()).containsExactly("10 d of 14 d watched, 4 d missing");
    }

    @Test
    void callsAloneProveNoCoverage() throws IOException {
        log.v2(daysBeforeEnd(20), Program.CURL).v2(END, Program.CURL);
        assertThat(judge(log, folder).verdict()).isEqualTo(Verdict.WATCH_LONGER);
    }

    @Test
    void startsAndStopsAloneProveNoCoverage() throws IOException {
        log.started(daysBeforeEnd(20)).stopped(END);
        assertThat(judge(log, folder).reasons())
                .containsExactly("no imds-summary line: nothing proves that anybody watched");
    }

    @Test
    void missingHeartbeatsCountAsUnwatched() throws IOException {
        log.watched(daysBeforeEnd(15), daysBeforeEnd(10)).watched(daysBeforeEnd(7), END);
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.reasons().get(0)).isEqualTo("12 d of 14 d watched, 2 d missing");
        assertThat(verdict.proven().size()).isEqualTo(2);
    }

    @Test
    void longGapsAreNotReadyEvenWhenTheSumIsEnough() throws IOException {
        log.watched(daysBeforeEnd(30), daysBeforeEnd(15)).watched(daysBeforeEnd(10), END);
        assertThat(judge(log, folder).reasons().get(0)).startsWith("gaps of 5 d");
    }

    @Test
    void aShortRestartDoesNotDelayTheVerdictByMoreThanItself() throws IOException {
        log.watched(daysBeforeEnd(15), daysBeforeEnd(8))
                .stopped(daysBeforeEnd(8))
                .started(daysBeforeEnd(8).plusSeconds(30))
                .watched(daysBeforeEnd(8).plusSeconds(30), END);
        assertThat(judge(log, folder).verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void readySaysTheGapsThatItTolerates() throws IOException {
        log.watched(daysBeforeEnd(20), daysBeforeEnd(8))
                .watched(daysBeforeEnd(8).plus(Duration.ofHours(32)), END);
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.READY);
        assertThat(verdict.reasons())
                .containsExactly("no IMDSv1 call in 18 d 16 h of proven coverage, with gaps of 1 d 8 h");
    }

    @Test
    void aCaptureOnTheLoopbackDeviceProvesNothing() throws IOException {
        log.started(daysBeforeEnd(15), "lo").watched(daysBeforeEnd(15), END);
        InstanceVerdict verdict = judge(log, folder);
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
        assertThat(judge(log, folder).verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void aCaptureOnOneDeviceIsSaid() throws IOException {
        log.started(daysBeforeEnd(15), "eth0").watched(daysBeforeEnd(15), END);
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.READY);
        assertThat(verdict.reasons())
                .contains("note: captured on eth0 alone: a call that leaves by another device is not seen");
    }
}
