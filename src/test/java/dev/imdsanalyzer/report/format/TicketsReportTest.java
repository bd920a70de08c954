package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.ReportOptions;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TicketsReportTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);
    private static final Program HOSTILE = new Program(
            "`` [x](http://evil) ``` @all\n# owned <img src=x>", "ab", "/bin/x", "=cmd|' /C calc'!A0", "x/1");

    @TempDir
    Path folder;

    private ReportOptions options(ReportFormat format) throws IOException {
        Path[] logs = new Path[3];
        for (int i = 0; i < logs.length; i++) {
            SampleLog log = new SampleLog("i-0123456789abcdef" + i, "web-" + i)
                    .watched(END.minus(Duration.ofDays(15)), END)
                    .v1(END.minusSeconds(60), Program.BOTO);
            if (i == 0) {
                log.v1(END.minusSeconds(50), HOSTILE, 1000, END.minusSeconds(40));
            }
            logs[i] = log.write(Files.createDirectories(folder.resolve("i-0123456789abcdef" + i))
                    .resolve("a.jsonl"));
        }
        return Reports.options(format, logs);
    }

    @Test
    void whatBlocksMostInstancesComesFirst() throws IOException {
        List<String> rows =
                Reports.run(options(ReportFormat.TICKETS_CSV)).out().lines().toList();
        assertThat(rows.get(0)).isEqualTo(String.join(",", TicketsReport.COLUMNS));
        assertThat(rows).hasSize(3);
        assertThat(rows.get(1))
                .startsWith("crond.service: job.py (boto3 1.9.0): use IMDSv2,curl,")
                .contains(",3,2,i-");
        assertThat(rows.get(2)).contains(",1,0,i-0123456789abcdef0,");
    }

    @Test
    void theTeamComesFromTheInventorysTags() throws IOException {
        Path inventory = Files.writeString(
                folder.resolve("inventory.json"),
                "{\"Reservations\":[{\"OwnerId\":\"111122223333\",\"Instances\":[{\"InstanceId\":\"i-0123456789abcdef1\","
                        + "\"State\":{\"Name\":\"running\"},\"Tags\":[{\"Key\":\"Team\",\"Value\":\"=billing\"}]}]}]}");
        ReportOptions with = options(ReportFormat.TICKETS_CSV).withInventory(inventory.toString());
        assertThat(Reports.run(with).out()).contains(",'=billing,");
    }

    @Test
    void markdownShowsWhatALogSaysAndMakesNothingOfIt() throws IOException {
        String text = Reports.run(options(ReportFormat.TICKETS)).out();
        assertThat(text)
                .contains("## 1. ` crond.service: job.py (boto3 1.9.0): use IMDSv2 `")
                .contains("## 2. ```` `` [x](http://evil) ``` @all\\u000a# owned <img src=x>: use IMDSv2 ````")
                .contains("- **Holds up:** on 3 instances that it keeps from READY, alone on 2")
                .doesNotContain("\n# owned");
    }

    @Test
    void noCellRunsInASpreadsheet() throws IOException {
        assertThat(Reports.run(options(ReportFormat.TICKETS_CSV)).out().lines())
                .hasSize(3)
                .noneMatch(line -> line.matches(".*(^|,|;|\\|)\"?[=+@-].*"));
    }

    @Test
    void theHtmlHasOneItemACaller() throws IOException {
        String page = Reports.run(options(ReportFormat.HTML)).out();
        assertThat(page).contains("<h2>Do first</h2>").doesNotContain("<img src=x>");
        assertThat(page.indexOf("1. crond.service")).isPositive().isLessThan(page.indexOf("Calls over time"));
    }

    @Test
    void withoutABlockerThereIsNoWork() throws IOException {
        Path log = new SampleLog(Reports.INSTANCE, "web-1")
                .watched(END.minus(Duration.ofDays(15)), END)
                .write(folder.resolve("a.jsonl"));
        assertThat(Reports.run(Reports.options(ReportFormat.TICKETS, log)).out())
                .contains("**READY**", "No caller keeps an instance from READY.");
        assertThat(Reports.run(Reports.options(ReportFormat.TICKETS_CSV, log))
                        .out()
                        .lines())
                .hasSize(1);
    }
}
