package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static dev.imdsanalyzer.report.SingleHost.judge;
import static dev.imdsanalyzer.report.SingleHost.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that were answered 401 or 403, and the stopgap for them. */
class RefusedCallsVerdictTest {
    @TempDir
    Path folder;

    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1");

    @Test
    void refusedCallsMeanRequiredButBreaking() throws IOException {
        log.watched(daysBeforeEnd(20), END).v1(daysBeforeEnd(9), Program.CURL).rejected(daysBeforeEnd(1), Program.CURL);
        assertThat(judge(log, folder).verdict()).isEqualTo(Verdict.REQUIRED_BUT_BREAKING);
    }

    @Test
    void servedCallsAfterRefusedOnesMeanThatItWasRolledBack() throws IOException {
        log.watched(daysBeforeEnd(20), END)
                .rejected(daysBeforeEnd(2), Program.CURL)
                .v1(daysBeforeEnd(1), Program.CURL);
        assertThat(judge(log, folder).verdict()).isEqualTo(Verdict.NOT_READY);
    }

    @Test
    void a403SaysNothingAboutVersionTwo() throws IOException {
        log.watched(daysBeforeEnd(20), END).forbidden(daysBeforeEnd(1), Program.CURL);
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.NOT_READY);
        assertThat(verdict.reasons())
                .containsExactly("1 IMDSv1 call answered 403, the last 24 hours ago (2026-11-20 23:00 UTC), 1 d watched"
                        + " since: the endpoint is off or the call is not allowed, whether IMDSv2 is required or not");
        assertThat(text(log, folder)).contains("that is not IMDSv2").doesNotContain("--http-tokens optional");
    }

    @Test
    void a403AfterA401LeavesItBreaking() throws IOException {
        log.watched(daysBeforeEnd(20), END)
                .rejected(daysBeforeEnd(2), Program.CURL)
                .forbidden(daysBeforeEnd(1), Program.BOTO);
        assertThat(judge(log, folder).verdict()).isEqualTo(Verdict.REQUIRED_BUT_BREAKING);
        assertThat(judge(log, folder).reasons()).hasSize(2);
        assertThat(judge(log, folder).reasons().get(0)).startsWith("1 IMDSv1 call refused, the last 2 days ago");
    }

    @Test
    void theStopgapIsForInstancesThatBreakToday() throws IOException {
        log.watched(daysBeforeEnd(30), END).rejected(daysBeforeEnd(1), Program.CURL);
        assertThat(text(log, folder))
                .contains("aws ec2 modify-instance-metadata-options --instance-id " + Reports.INSTANCE
                        + " --http-tokens optional\n");
        log.v1(daysBeforeEnd(0.5), Program.BOTO);
        assertThat(text(log, folder))
                .as("rolled back since")
                .startsWith(" NOT READY ")
                .doesNotContain("--http-tokens optional");
    }

    @Test
    void aRefusalLongAgoGetsNoStopgap() throws IOException {
        log.watched(daysBeforeEnd(30), END)
                .rejected(daysBeforeEnd(20), Program.CURL)
                .edit("Send a token.", "Send one; as a stopgap: aws x --http-tokens optional --http-endpoint enabled.")
                .rejected(daysBeforeEnd(1), Program.BOTO);
        String text = text(log, folder);
        assertThat(text)
                .contains("IMDSv2 is required, and 1 caller cannot live with it")
                .contains("No longer seen with IMDSv1\n  " + Program.CURL.label()
                        + "  1 IMDSv1 call, the last 2026-11-01 23:00 UTC, on 1 instance");
        assertThat(text.split("--http-tokens optional", -1)).hasSize(2);
    }
}
