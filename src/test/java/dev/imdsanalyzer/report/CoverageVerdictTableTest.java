package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.VerdictTable.END;
import static dev.imdsanalyzer.report.VerdictTable.days;
import static dev.imdsanalyzer.report.VerdictTable.row;

import dev.imdsanalyzer.report.SampleLog.Program;
import dev.imdsanalyzer.report.VerdictTable.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the summaries in a log, and the holes between them, make of the verdict. */
class CoverageVerdictTableTest {
    static Stream<Row> rows() {
        return Stream.of(
                row(
                        "calls for 20 d, but no summary",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.host.v2(days(20), Program.CURL).v2(days(0), Program.CURL),
                        "no imds-summary line: nothing proves that anybody watched"),
                row(
                        "a start and a stop, but no summary",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.host.started(days(20)).stopped(days(0)),
                        "no imds-summary line"),
                row(
                        "10 d of summaries",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(10, 0),
                        "10 d of 14 d watched, 4 d missing"),
                row(
                        "summaries missing for 3 of 15 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 10).watched(7, 0),
                        "12 d of 14 d watched, 2 d missing",
                        "gaps of 3 d"),
                row(
                        "25 d of summaries with a hole of 5 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(30, 15).watched(10, 0),
                        "gaps of 5 d in what was watched: a rare caller may hide in them"),
                row(
                        "a run killed: 4 min until the next start",
                        Verdict.READY,
                        0,
                        logs -> {
                            logs.watched(15, 8).host.started(days(8).plusSeconds(240));
                            logs.host.watched(days(8).plusSeconds(240), END);
                        },
                        "of proven coverage"),
                row(
                        "a run killed, and never started again",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(30, 3).host.v2(days(0), Program.CURL),
                        "not watched since"),
                row(
                        "capture-gap of 12 h in 14 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(14, 0).host.gap(days(2), days(1.5)),
                        "13 d 12 h of 14 d watched, 12 h missing"),
                row(
                        "17 packets dropped in one summary of 14 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(14, 3).host.summary(days(3), days(3).plusSeconds(300), 0, 17);
                            logs.host.watched(days(3).plusSeconds(300), END);
                        },
                        "13 d 23 h of 14 d watched, 5 min missing"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theLinesLeadToTheVerdict(Row row, @TempDir Path folder) throws IOException {
        VerdictTable.check(row, folder);
    }
}
