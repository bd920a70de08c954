package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import dev.imdsanalyzer.report.run.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What a report tells of an earlier one, and of callers that are new. */
class ChangesTest {
    private static final Instant THEN = daysBeforeEnd(20);
    private static final Program HOSTILE = new Program("<b>x</b>\n=1+1", "0badc0ffee", "/bin/x", "x", "x/1");

    @TempDir
    Path folder;

    private final SampleLog before = new SampleLog(Reports.INSTANCE, "web-1");
    private final SampleLog after = new SampleLog(Reports.INSTANCE, "web-1");

    private Path earlier() throws IOException {
        Path log = before.write(folder.resolve("before.jsonl"));
        return Files.writeString(
                folder.resolve("old.json"),
                Reports.run(Reports.options(ReportFormat.JSON, log)).out());
    }

    private ReportOptions options(ReportFormat format) throws IOException {
        Path log = after.write(folder.resolve("after.jsonl"));
        return Reports.options(format, log).since(earlier().toString());
    }

    private JsonNode changes() throws IOException {
        return new ObjectMapper()
                .readTree(Reports.run(options(ReportFormat.JSON)).out())
                .path("changes");
    }

    @Test
    void aCallerIsGoneOnceTheWindowWasWatchedWithoutIt() throws IOException {
        before.watched(daysBeforeEnd(30), THEN).v1(THEN.minusSeconds(60), Program.CURL);
        after.watched(THEN.minusSeconds(120), END);

        assertThat(changes().at("/callers/0/change").asString()).isEqualTo("gone");
        assertThat(changes().at("/trend").asString()).isEqualTo("falling");
        assertThat(changes().at("/ready").asString()).isEqualTo("0 of 1 instance ready then, 1 of 1 now");
    }

    @Test
    void aCallerThatIsQuietForLessIsQuiet() throws IOException {
        before.watched(daysBeforeEnd(30), daysBeforeEnd(5)).v1(daysBeforeEnd(5).minusSeconds(60), Program.CURL);
        after.watched(daysBeforeEnd(5), END);

        assertThat(changes().at("/callers/0/change").asString()).isEqualTo("quiet");
    }

    @Test
    void aCallerOfWhichNothingWasReadIsNotGone() throws IOException {
        before.watched(daysBeforeEnd(30), THEN).v1(THEN.minusSeconds(60), Program.CURL);
        after.watched(daysBeforeEnd(1), END);

        assertThat(changes().at("/callers/0/change").asString()).isEqualTo("unseen");
        assertThat(changes().at("/trend").asString()).isEqualTo("unknown");
    }

    @Test
    void aCallerOfAnotherHostAloneIsNotGone() throws IOException {
        before.watched(daysBeforeEnd(30), THEN).v1(THEN.minusSeconds(60), Program.CURL);
        SampleLog other = new SampleLog("i-0123456789abcdef1", "web-2").watched(THEN, END);
        after.lines().addAll(other.lines());

        assertThat(changes().at("/callers/0/change").asString()).isEqualTo("unseen");
    }

    @Test
    void whoWasNotKnownIsNewAndWhoWasDoneIsBack() throws IOException {
        before.v1(daysBeforeEnd(60), Program.BOTO)
                .watched(daysBeforeEnd(60), THEN)
                .v1(THEN, Program.CURL);
        after.watched(THEN, END)
                .v1(END.minusSeconds(60), Program.BOTO)
                .v1(END.minusSeconds(50), HOSTILE)
                .v1(END.minusSeconds(40), Program.CURL);

        JsonNode changes = changes();
        assertThat(changes.at("/callers/0/change").asString()).isEqualTo("new");
        assertThat(changes.at("/callers/0/fingerprint").asString()).isEqualTo(HOSTILE.fingerprint());
        assertThat(changes.at("/callers/1/change").asString()).isEqualTo("back");
        assertThat(changes.at("/callers/1/fingerprint").asString()).isEqualTo(Program.BOTO.fingerprint());
        assertThat(changes.at("/still").asInt()).isOne();
    }

    @Test
    void moreCallsADayAreNotFalling() throws IOException {
        before.watched(daysBeforeEnd(30), THEN).v1(THEN.minusSeconds(60), Program.CURL);
        after.watched(THEN, END).v1(THEN.plusSeconds(60), Program.CURL, 100, END.minusSeconds(60));

        assertThat(changes().at("/trend").asString()).isEqualTo("not-falling");
    }

    @ParameterizedTest
    @EnumSource(
            value = ReportFormat.class,
            names = {"TEXT", "HTML", "JSON", "CSV"})
    void everyFormatTellsWhatChanged(ReportFormat format) throws IOException {
        before.watched(daysBeforeEnd(30), THEN);
        after.watched(THEN, END).v1(END.minusSeconds(50), HOSTILE);

        assertThat(Reports.run(options(format)).out())
                .contains("new")
                .doesNotContain("<b>x</b>\n")
                .doesNotContain(format == ReportFormat.HTML ? "<b>x" : "\n=1");
    }

    @Test
    void aCallerOfTheLastDaysIsNewWhateverItsVersion() throws IOException {
        after.watched(daysBeforeEnd(30), END)
                .v2(daysBeforeEnd(20), Program.CURL)
                .v2(daysBeforeEnd(2), Program.CURL)
                .v2(daysBeforeEnd(2), Program.BOTO);
        Path log = after.write(folder.resolve("after.jsonl"));

        ReportData data = Reports.data(Reports.options(ReportFormat.TEXT, log));
        assertThat(data.newcomers().callers())
                .extracting(CallerGroup::fingerprint)
                .containsExactly(Program.BOTO.fingerprint());
        assertThat(Reports.run(Reports.options(ReportFormat.TEXT, log)).out()).contains("New in the last 7 days");
    }

    @Test
    void logsOfAWeekDoNotMakeEverybodyNew() throws IOException {
        after.watched(daysBeforeEnd(6), END).v2(daysBeforeEnd(2), Program.BOTO);
        Path log = after.write(folder.resolve("after.jsonl"));

        assertThat(Reports.data(Reports.options(ReportFormat.TEXT, log))
                        .newcomers()
                        .known())
                .isFalse();
    }

    @Test
    void aReportOfLaterThanTheLogsTellsNothing() throws IOException {
        before.watched(daysBeforeEnd(30), END);
        after.watched(daysBeforeEnd(30), THEN);

        Reports.Result result = Reports.run(options(ReportFormat.JSON));
        assertThat(result.out()).doesNotContain("\"changes\"");
        assertThat(result.err()).contains("after the end of these logs");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "{}",
                "[]",
                "{\"schema\":2,\"as_of\":\"2026-11-01T00:00:00Z\"}",
                "{\"schema\":1,\"as_of\":"
            })
    void whatIsNoReportIsSaidInOneLine(String text) throws IOException {
        Path old = Files.writeString(folder.resolve("bad.json"), text);
        Path log = after.watched(THEN, END).write(folder.resolve("after.jsonl"));

        Reports.Result result =
                Reports.run(Reports.options(ReportFormat.TEXT, log).since(old.toString()));
        assertThat(result.exitCode()).isEqualTo(Report.EXIT_BAD_DATA);
        assertThat(result.err()).hasLineCount(1).contains("no report of an earlier run");
        assertThat(result.out()).isEmpty();
    }
}
