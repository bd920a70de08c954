package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.Reports.NOW;
import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static dev.imdsanalyzer.report.SingleHost.judge;
import static dev.imdsanalyzer.report.SingleHost.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which calls stand in the way of IMDSv2, and which do not. */
class VerdictTest {
    @TempDir
    Path folder;

    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1");

    @Test
    void fourteenWatchedDaysWithoutVersionOneAreReady() throws IOException {
        log.watched(daysBeforeEnd(14.01), END).v2(daysBeforeEnd(3), Program.CURL);
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.READY);
        assertThat(verdict.silent()).isFalse();
        assertThat(verdict.reasons()).containsExactly("no IMDSv1 call in 14 d of proven coverage");
    }

    @Test
    void aCallWithinTheWindowIsNotReady() throws IOException {
        log.watched(daysBeforeEnd(30), END).v1(daysBeforeEnd(13), Program.CURL);
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.NOT_READY);
        assertThat(verdict.missingMicros()).isEqualTo(Duration.ofDays(1).toNanos() / 1000);
    }

    @Test
    void aCallBeforeTheWindowDoesNotMatterAnyMore() throws IOException {
        log.watched(daysBeforeEnd(30), END).v1(daysBeforeEnd(14.5), Program.CURL);
        assertThat(judge(log, folder).verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void callsOfUnknownVersionAskForMore() throws IOException {
        log.watched(daysBeforeEnd(20), END).unknown(daysBeforeEnd(1), Program.CURL);
        assertThat(judge(log, folder).verdict()).isEqualTo(Verdict.WATCH_LONGER);
    }

    @Test
    void aClockThatJumpsAheadNeitherHidesACallNorProvesCoverage() throws IOException {
        log.watched(daysBeforeEnd(20), END)
                .v1(Instant.parse("2031-01-01T00:00:00Z"), Program.CURL)
                .summary(NOW.plus(Duration.ofDays(900)), NOW.plus(Duration.ofDays(990)), 0, 0);
        InstanceVerdict verdict = judge(log, folder);
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
    void callersFixedBeforeTheWindowWouldNotBreak() throws IOException {
        log.watched(daysBeforeEnd(30), END).v1(daysBeforeEnd(20), Program.CURL).v1(daysBeforeEnd(1), Program.BOTO);
        assertThat(text(log, folder)).contains("1 caller would break").contains("No longer seen with IMDSv1");
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
        assertThat(judge(log, folder).verdict()).isEqualTo(Verdict.READY);
        assertThat(text(log, folder))
                .contains("Whose version is not known, or does not matter\n  " + Program.CURL.label()
                        + "  1 call on 1 instance, 1 without a token that need none")
                .doesNotContain("Who uses IMDSv");
    }

    @Test
    void probesForOtherCloudsAreListedApartWithTheWayToEndThem() throws IOException {
        log.watched(daysBeforeEnd(15), END)
                .call(daysBeforeEnd(1), Program.CURL, "v1", 404, "\"other-cloud-probe\"", 3, "")
                .edit("Send a token.", "Set X.");
        assertThat(judge(log, folder).verdict()).isEqualTo(Verdict.READY);
        assertThat(text(log, folder))
                .contains("Probes for other clouds, which nothing breaks\n  " + Program.CURL.label()
                        + "  3 calls on 1 instance\n      Set X.\n")
                .doesNotContain("does not matter");
    }

    @Test
    void versionTwoOnlyMeansSomeOfItAndNothingElse() throws IOException {
        log.watched(daysBeforeEnd(15), END)
                .v2(daysBeforeEnd(1), Program.CURL)
                .v2(daysBeforeEnd(1), Program.BOTO)
                .unknown(daysBeforeEnd(1), Program.BOTO);
        assertThat(text(log, folder))
                .contains("Who uses IMDSv2 only\n  " + Program.CURL.label() + "  1 call on 1 instance\n")
                .contains("Whose version is not known, or does not matter\n  " + Program.BOTO.label()
                        + "  2 calls on 1 instance, 1 of unknown version");
    }
}
