package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.ObjectMapper;

/** What is broken now comes first, whatever calls most. */
class UrgencyTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);
    private static final Program CONSUL = program("consul", 1);
    private static final Program KEYS = program("keys", 2);
    private static final Program LOUD = program("loud", 3);
    private static final Program MENDED = program("mended", 4);

    @TempDir
    private Path folder;

    private final List<Path> logs = new ArrayList<>();

    private static Program program(String label, int number) {
        return new Program(label, "000000000000000" + number, "/usr/bin/" + label, label, label + "/1");
    }

    private SampleLog host() {
        return new SampleLog("i-0123456789abcdef" + logs.size(), "web-" + logs.size())
                .watched(END.minus(Duration.ofDays(15)), END);
    }

    private void add(SampleLog log) throws IOException {
        Path home = Files.createDirectories(folder.resolve("i-0123456789abcdef" + logs.size()));
        logs.add(log.write(home.resolve("a.jsonl")));
    }

    private String report(ReportFormat format) {
        return Reports.run(Reports.options(format, logs.toArray(new Path[0]))).out();
    }

    private void fleet() throws IOException {
        add(host().v1(
                        END.minus(Duration.ofDays(9)),
                        MENDED,
                        90_000,
                        END.minus(Duration.ofDays(9)).plusSeconds(60))
                .v2(END.minusSeconds(600), MENDED)
                .v1(END.minusSeconds(500), LOUD, 50_000, END.minusSeconds(400))
                .edit("\"category\":\"credentials\"", "\"category\":\"instance\"")
                .v1(END.minusSeconds(300), KEYS));
        add(host().rejected(END.minusSeconds(100), CONSUL));
        add(host().rejected(END.minusSeconds(100), CONSUL));
        add(host());
    }

    @Test
    void theTextBeginsWithWhoIsRefusedNow() throws IOException {
        fleet();
        String text = report(ReportFormat.TEXT);
        assertThat(text)
                .startsWith(
                        " ALREADY REQUIRED BUT BREAKING   2 instances refuse consul now; 3 callers would break; 1 of 4"
                                + " is ready, as of")
                .containsSubsequence("1. consul  [refused now]", "2. keys", "3. loud", "4. mended  [no IMDSv1 call");
        assertThat(text.indexOf("i-0123456789abcdef1")).isLessThan(text.indexOf("i-0123456789abcdef0"));
    }

    @Test
    void ticketsAndPageHaveTheSameOrder() throws IOException {
        fleet();
        assertThat(report(ReportFormat.TICKETS))
                .containsSubsequence("## 1. ` consul", "## 2. ` keys", "## 3. ` loud", "## 4. ` mended");
        String page = report(ReportFormat.HTML);
        assertThat(page).containsSubsequence("1. consul", "2. keys", "3. loud", "4. mended");
        assertThat(page.substring(page.indexOf(">Callers</h2>")))
                .containsSubsequence(
                        "role=\"cell\">consul<", "role=\"cell\">keys<", "role=\"cell\">loud<", "role=\"cell\">mended<");
    }

    @Test
    void jsonSaysHowPressingEachIs() throws IOException {
        fleet();
        var root = new ObjectMapper().readTree(report(ReportFormat.JSON));
        assertThat(root.path("verdict").asString()).isEqualTo("required-but-breaking");
        List<String> urgencies = new ArrayList<>();
        root.path("callers")
                .forEach(caller -> urgencies.add(caller.path("label").asString() + " "
                        + caller.path("urgency").asString()));
        assertThat(urgencies)
                .containsExactlyInAnyOrder("consul breaking", "keys credentials", "loud active", "mended quiet");
    }

    /** Refused until nine days ago and with tokens since: nobody refuses it now. */
    @Test
    void whoWentOnWithTokensIsNotRefusedNow() throws IOException {
        add(host().rejected(END.minus(Duration.ofDays(9)), CONSUL).v2(END.minusSeconds(60), CONSUL));
        add(host());
        assertThat(report(ReportFormat.TEXT)).doesNotContain("now;").contains("1. consul  [no IMDSv1 call");
    }

    /** Refused nine days ago and silent since: it may have stopped for that. */
    @Test
    void whoFellSilentWhenRefusedIsStillBroken() throws IOException {
        add(host().rejected(END.minus(Duration.ofDays(9)), CONSUL));
        add(host());
        assertThat(report(ReportFormat.TEXT)).contains("1 instance refuses consul now; 1 of 2 is ready");
    }

    @Test
    void aHostileLabelInTheHeadlineStaysText() throws IOException {
        Program hostile =
                new Program("\u001b[2J<img src=x>" + "x".repeat(400), "0000000000000009", "/usr/bin/x", "x", "x/1");
        add(host().rejected(END.minusSeconds(100), hostile));
        add(host());
        assertThat(report(ReportFormat.TEXT)).contains("1 instance refuses").doesNotContain("\u001b");
        assertThat(report(ReportFormat.HTML)).contains("1 instance refuses").doesNotContain("<img src=x>");
        assertThat(report(ReportFormat.TICKETS).lines().limit(3)).noneMatch(line -> line.length() > 250);
    }
}
