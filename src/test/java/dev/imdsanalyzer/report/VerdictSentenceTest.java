package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static dev.imdsanalyzer.report.SingleHost.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import dev.imdsanalyzer.report.run.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the verdict is told: exit code, first sentence, warnings. */
class VerdictSentenceTest {
    @TempDir
    Path folder;

    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1");

    @Test
    void anEmptyLogIsNotReady() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.jsonl"));
        Reports.Result result = Reports.run(Reports.options(ReportFormat.TEXT, empty));
        assertThat(result.exitCode()).isEqualTo(Report.EXIT_NOT_READY);
        assertThat(result.out()).startsWith(" WATCH LONGER ").contains("no line of this analyzer");
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
}
