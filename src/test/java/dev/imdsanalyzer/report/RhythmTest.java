package dev.imdsanalyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.run.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What READY says of boots and of what hosts run by the clock. */
class RhythmTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);

    @TempDir
    Path folder;

    private static SampleLog host(String name) {
        return new SampleLog("i-0123456789abcdef" + name, "web-" + name).watched(END.minus(Duration.ofDays(15)), END);
    }

    private static SampleLog booted(String name) {
        return booted(name, "");
    }

    /** @param facts of the start, behind what else is told of the analyzer */
    private static SampleLog booted(String name, String facts) {
        return new SampleLog("i-0123456789abcdef" + name, "web-" + name)
                .uptime(20)
                .started(END.minus(Duration.ofDays(3)))
                .edit("\"socket\"]}", "\"socket\"]" + facts + "}")
                .uptime(90_000)
                .watched(END.minus(Duration.ofDays(15)), END);
    }

    private ReportOptions options(ReportFormat format, SampleLog... hosts) throws IOException {
        Path[] files = new Path[hosts.length];
        for (int i = 0; i < hosts.length; i++) {
            files[i] = hosts[i].write(folder.resolve("host" + i + ".jsonl"));
        }
        return Reports.options(format, files);
    }

    private String sentence(SampleLog... hosts) throws IOException {
        return Reports.data(options(ReportFormat.TEXT, hosts)).rhythm().sentence();
    }

    @Test
    void bootsAndMonthlyJobsAreTold() throws IOException {
        String longest = "0 4 " + END.minus(Duration.ofDays(20)).toString().substring(8, 10) + " * * invoice.sh";
        assertThat(sentence(
                        host("0").schedules("17 3 * * * backup.sh", longest),
                        host("1").schedules(longest)))
                .isEqualTo("boot watched on 0 of 2; monthly jobs not covered: " + longest + " on 2");
    }

    @Test
    void whatCameUpWhileWatchedIsCovered() throws IOException {
        assertThat(sentence(booted("0").schedules("17 3 * * * backup.sh", "@weekly a", "@reboot b")))
                .isEqualTo("boot watched on 1 of 1; each timer and cron entry came up while watched");
    }

    /** As where systemd did not get the first start done, or a pod comes up beside what has called already. */
    @Test
    void aBootIsNotWatchedWhereImdsCouldBeReachedBefore() throws IOException {
        assertThat(sentence(booted("0", ",\"imds_reachable\":true"))).startsWith("boot watched on 0 of 1");
        assertThat(sentence(booted("0", ",\"imds_reachable\":false"))).startsWith("boot watched on 1 of 1");
    }

    @Test
    void aHostThatSaysNothingIsNotTakenForOneWithoutJobs() throws IOException {
        assertThat(sentence(host("0"))).endsWith("what the hosts run by the clock is not in the logs");
        assertThat(sentence(host("0").schedules("@daily a"), host("1")))
                .endsWith("(1 host does not say what they run by the clock)");
    }

    @Test
    void anEntryThatIsNotUnderstoodIsNotSaidToBeCovered() throws IOException {
        assertThat(sentence(host("0").schedules("when it rains")))
                .isEqualTo("boot watched on 0 of 1; some jobs not covered: when it rains");
    }

    @Test
    void aJobWhoseHourFellIntoAGapIsNotCovered() throws IOException {
        SampleLog log = new SampleLog("i-0123456789abcdef0", "web");
        for (int day = 1; day <= 15; day++) {
            Instant midnight = END.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(day));
            log.watched(midnight.plus(Duration.ofHours(4)), midnight.plus(Duration.ofHours(24)));
        }
        assertThat(sentence(log.schedules("17 3 * * * backup.sh")))
                .contains("daily jobs not covered: 17 3 * * * backup.sh");
    }

    @ParameterizedTest
    @EnumSource(
            value = ReportFormat.class,
            names = {"TEXT", "HTML", "JSON"})
    void theLineIsInEachFormatAndHostileTextStaysText(ReportFormat format) throws IOException {
        String out = Reports.run(options(format, host("0").schedules("<img src=x>\u001b[2J", "0 0 * * 0 a")))
                .out();
        assertThat(out).contains("boot watched on 0 of 1").doesNotContain("\u001b");
        if (format == ReportFormat.HTML) {
            assertThat(out).contains("&lt;img src=x&gt;").doesNotContain("<img src");
        }
    }

    @Test
    void jsonHasTheNumbers() throws IOException {
        JsonNode rhythm = new ObjectMapper()
                .readTree(Reports.run(options(ReportFormat.JSON, host("0").schedules("0 0 29 2 * a", "@hourly b")))
                        .out())
                .path("rhythm");
        assertThat(rhythm.path("boots_watched").asInt()).isZero();
        assertThat(rhythm.path("schedules_told").asInt()).isEqualTo(1);
        assertThat(rhythm.path("schedules").asInt()).isEqualTo(2);
        assertThat(rhythm.at("/not_covered/0/schedule").asString()).isEqualTo("0 0 29 2 * a");
        assertThat(rhythm.at("/not_covered/0/period").asString()).isEqualTo("yearly");
    }

    @Test
    void requiringABootHoldsReadyBackUntilOneWasWatched() throws IOException {
        ReportOptions plain = options(ReportFormat.TEXT, host("0"));
        assertThat(Reports.run(plain).exitCode()).isZero();
        Reports.Result held = Reports.run(plain.with(Set.of(Requirement.BOOT), null));
        assertThat(held.exitCode()).isEqualTo(Report.EXIT_NOT_READY);
        assertThat(held.out()).contains("no boot was watched in the window").doesNotContain("if quiet");

        ReportOptions booted = options(ReportFormat.TEXT, booted("1")).with(Set.of(Requirement.BOOT), null);
        assertThat(Reports.run(booted).exitCode()).isZero();
    }
}
