package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.VerdictTable.days;
import static dev.imdsanalyzer.report.VerdictTable.row;

import dev.imdsanalyzer.report.SampleLog.Program;
import dev.imdsanalyzer.report.VerdictTable.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What input that is empty, damaged, doubled or of another time makes of the verdict. */
class InputVerdictTableTest {
    static Stream<Row> rows() {
        return Stream.of(
                row("an empty log", Verdict.WATCH_LONGER, 1, logs -> {}, "no line of this analyzer in the input"),
                row(
                        "the same log twice, plain and gzip",
                        Verdict.NOT_READY,
                        1,
                        logs -> {
                            logs.watched(15, 0).host.v1(days(2), Program.CURL);
                            logs.copied = true;
                        },
                        "1 IMDSv1 served",
                        "721 lines seen twice, counted once"),
                row(
                        "10 d of summaries, twice: still 10 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(10, 0);
                            logs.copied = true;
                        },
                        "10 d of 14 d watched, 4 d missing"),
                row(
                        "15 d of summaries, gzip cut in the middle",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(15, 0);
                            logs.cutBytes = 5_000;
                        },
                        "cut short",
                        "of 14 d watched"),
                row(
                        "30 d of summaries, gzip cut at its very end",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(30, 0).host.v2(days(0), Program.CURL);
                            logs.cutBytes = 9;
                        },
                        "What was read would be ready, but not all could be read, as of",
                        "1 input could not be read to the end: calls may be missing.",
                        "cut short"),
                row(
                        "half a line at the end",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0)
                                .host
                                .raw("{\"timestamp\":\"2026-11-21T23:00:00.000000Z\",\"level\":\"WA"),
                        "1 half or malformed line left out"),
                row(
                        "a v1 call dated 2031",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0).host.v1(Instant.parse("2031-01-01T00:00:00Z"), Program.CURL),
                        "1 IMDSv1 call whose time cannot be believed"),
                row(
                        "summaries dated 2029 only",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.host.watched(
                                Instant.parse("2029-01-01T00:00:00Z"), Instant.parse("2029-01-16T00:00:00Z")),
                        "no imds-summary line",
                        "720 lines with a time that cannot be believed"),
                row(
                        "lines of a newer format",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(10, 0)
                                .host
                                .raw(logs.host
                                        .lines()
                                        .get(0)
                                        .replace("\"schema\":1", "\"schema\":2")
                                        .replace("T23:", "T22:")),
                        "1 line in a newer format, read as far as known"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theLinesLeadToTheVerdict(Row row, @TempDir Path folder) throws IOException {
        VerdictTable.check(row, folder);
    }
}
