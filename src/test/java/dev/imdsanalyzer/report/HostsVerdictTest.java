package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static dev.imdsanalyzer.report.SingleHost.judge;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which lines belong to one host, and what one of several does to the verdict on all. */
class HostsVerdictTest {
    @TempDir
    Path folder;

    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1");

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
        assertThat(judge(log, folder).verdict()).isEqualTo(Verdict.READY);
    }
}
