package dev.imdsanalyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The day that a forecast names is the day on which the same logs, gone on quietly, are READY, and not one before. */
class ForecastTest {
    private static final Instant END = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant BEGIN = END.minus(Duration.ofDays(20));

    @TempDir
    private Path folder;

    private ReportData data(SampleLog log, String name) throws IOException {
        Path file = log.write(Files.createDirectories(folder.resolve(name)).resolve("a.jsonl"));
        return Reports.data(Reports.at(Reports.options(ReportFormat.TEXT, file), END.plus(Duration.ofDays(30))));
    }

    private static SampleLog host() {
        return new SampleLog(Reports.INSTANCE, "web-1");
    }

    /** Of what the log says, and of the log gone on to just before and just after that time. */
    private String forecast(SampleLog log) throws IOException {
        ReportData now = data(log, "now");
        long forecast = now.instances().get(0).forecast();
        assertThat(now.forecast()).isEqualTo(forecast);
        Instant ready = Instant.EPOCH.plusMillis(forecast / 1_000);
        String text = log.text();
        SampleLog early = host();
        text.lines().forEach(early::raw);
        SampleLog late = host();
        text.lines().forEach(late::raw);
        assertThat(data(early.watched(END, ready.minusSeconds(120)), "early").verdict())
                .isNotEqualTo(Verdict.READY);
        assertThat(data(late.watched(END, ready.plusSeconds(120)), "late").verdict())
                .isEqualTo(Verdict.READY);
        return now.forecastSentence(forecast);
    }

    @Test
    void whoCalledLastNineDaysAgoLeavesFiveToWait() throws IOException {
        assertThat(forecast(host().watched(BEGIN, END).v1(END.minus(Duration.ofDays(9)), Program.CURL)))
                .isEqualTo("READY on 26 November if quiet");
    }

    @Test
    void aCallJustNowCostsTheWholeWindow() throws IOException {
        assertThat(forecast(host().watched(BEGIN, END).v1(END.minusSeconds(1), Program.CURL)))
                .isEqualTo("READY on 5 December if quiet");
    }

    @Test
    void aRefusedCallIsNoOther() throws IOException {
        assertThat(forecast(host().watched(BEGIN, END).rejected(END.minus(Duration.ofDays(1)), Program.CURL)))
                .isEqualTo("READY on 4 December if quiet");
    }

    @Test
    void whatWasNotWatchedLongEnoughWaitsForTheRest() throws IOException {
        assertThat(forecast(host().watched(END.minus(Duration.ofDays(4)), END)))
                .isEqualTo("READY on 1 December if quiet");
    }

    /** A gap of three days is too long for a window of fourteen: what lies before it does not count. */
    @Test
    void aLongGapHasToLieBehind() throws IOException {
        assertThat(forecast(host().watched(BEGIN, END.minus(Duration.ofDays(5)))
                        .watched(END.minus(Duration.ofDays(2)), END)))
                .isEqualTo("READY on 3 December if quiet");
    }

    @Test
    void whatIsReadyHasNoForecast() throws IOException {
        ReportData data = data(host().watched(BEGIN, END), "ready");
        assertThat(data.instances().get(0).forecast()).isEqualTo(Tally.NEVER);
        assertThat(data.forecast()).isEqualTo(Tally.NEVER);
    }

    @Test
    void anotherYearIsNamed() {
        assertThat(Times.day(micros("2027-01-04T00:00:00Z"), micros("2026-12-30T00:00:00Z")))
                .isEqualTo("4 January 2027");
    }

    private static long micros(String time) {
        return Instant.parse(time).getEpochSecond() * 1_000_000;
    }

    @Test
    void theFormatsShowIt() throws IOException {
        Path log = host().watched(BEGIN, END)
                .v1(END.minus(Duration.ofDays(9)), Program.CURL)
                .write(folder.resolve("a.jsonl"));
        for (ReportFormat format : new ReportFormat[] {ReportFormat.TEXT, ReportFormat.HTML, ReportFormat.TICKETS}) {
            assertThat(Reports.run(Reports.options(format, log)).out())
                    .as(format.toString())
                    .contains("READY on 26 November if quiet");
        }
        assertThat(Reports.run(Reports.options(ReportFormat.JSON, log)).out())
                .contains("\"ready_if_quiet\" : \"2026-11-26T12:00:00");
    }

    @Test
    void aDamagedInputIsNotHealedByWaiting() throws IOException {
        Path log = host().watched(BEGIN, END)
                .v1(END.minus(Duration.ofDays(9)), Program.CURL)
                .write(folder.resolve("a.jsonl"));
        byte[] packed = Files.readAllBytes(host().watched(BEGIN, END).writeGzip(folder.resolve("b.gz")));
        Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(packed, packed.length / 2));
        ReportData data = Reports.data(Reports.options(ReportFormat.TEXT, log, cut));
        assertThat(data.instances().get(0).forecast()).isNotEqualTo(Tally.NEVER);
        assertThat(data.forecast()).isEqualTo(Tally.NEVER);
    }
}
