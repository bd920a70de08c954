package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.VerdictTable.END;
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

/** READY is never the answer to what could not be seen, read or believed. */
class UnreadVerdictTableTest {
    private static final String MALFORMED = "\"malformed-request\"";
    private static final String PROBE = "\"other-cloud-probe\"";
    private static final String LOCAL = "\"answered-locally\"";
    private static final String CONFLICTING = "\"conflicting-segments\"";

    static Stream<Row> rows() {
        return Stream.of(
                row(
                        "another cloud's probes, answered with 404 and with 401",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0)
                                .host
                                .call(days(1), Program.CURL, "v1", 404, PROBE, 3, "")
                                .call(days(1), Program.CURL, "v1", 401, PROBE, 2, ""),
                        "READY"),
                row(
                        "IMDSv1 that a process of the host answered, with 200, with 401 and malformed",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0)
                                .host
                                .call(days(1), Program.CURL, "v1", 200, "\"imdsv1-request\"," + LOCAL, 3, "")
                                .call(days(1), Program.CURL, "v1", 401, "\"imdsv1-rejected\"," + LOCAL, 2, "")
                                .call(days(1), Program.CURL, "unknown", 200, MALFORMED + "," + LOCAL, 1, ""),
                        "READY"),
                row(
                        "the same, and one call of the proxy's own that reached IMDS",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0)
                                .host
                                .call(days(1), Program.CURL, "v1", 200, "\"imdsv1-request\"," + LOCAL, 3, "")
                                .call(days(1), Program.CURL, "v1", 200, "\"imdsv1-request\"", 1, ""),
                        "1 IMDSv1 call, the last"),
                row(
                        "connects that the kernel saw and the capture never showed, three days ago",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(15, 3);
                            logs.host.edit(
                                    "\"requests\":{\"total\":0}",
                                    "\"requests\":{\"total\":0},\"attribution\":{\"named\":0,\"unnamed\":0,\"unseen_connects\":7}");
                            logs.watched(3, 0);
                        },
                        "7 connects to IMDS that the kernel saw and whose packets the capture never showed",
                        "redirected to the loopback device"),
                row(
                        "the same before the window that was watched since",
                        Verdict.READY,
                        0,
                        logs -> {
                            logs.watched(20, 15);
                            logs.host.edit(
                                    "\"requests\":{\"total\":0}",
                                    "\"requests\":{\"total\":0},\"attribution\":{\"named\":0,\"unnamed\":0,\"unseen_connects\":7}");
                            logs.watched(15, 0);
                        },
                        "READY"),
                row(
                        "a probe that is an IMDSv1 request as well",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0)
                                .host
                                .call(days(1), Program.CURL, "v1", 200, PROBE + ",\"imdsv1-request\"", 1, ""),
                        "NOT READY"),
                row(
                        "4 320 malformed calls, one in each 5 min of 15 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(15, 0);
                            for (int i = 0; i < 4320; i++) {
                                logs.host.call(
                                        days(15).plusSeconds(300L * i), Program.CURL, "unknown", 200, MALFORMED, 1, "");
                            }
                        },
                        "4 320 malformed calls that IMDS may have served"),
                row(
                        "a malformed call that IMDS answered with 400",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0).host.call(days(1), Program.CURL, "unknown", 400, MALFORMED, 1, ""),
                        "READY"),
                row(
                        "a malformed call without an answer",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0)
                                .host
                                .call(days(1), Program.CURL, "unknown", 200, MALFORMED, 1, "")
                                .edit("\"response\":{\"status_code\":200,\"body\":{\"bytes\":312}}", "\"x\":1"),
                        "1 malformed call that IMDS may have served"),
                row(
                        "a malformed call answered with status 4000",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0).host.call(days(1), Program.CURL, "unknown", 4000, MALFORMED, 1, ""),
                        "1 malformed call"),
                row(
                        "a malformed call 14.9 d ago, watched since",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(30, 0)
                                .host
                                .call(days(14.9), Program.CURL, "unknown", 200, MALFORMED, 1, ""),
                        "READY"),
                row(
                        "a call of unknown version, answered with 404",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0).host.call(days(1), Program.CURL, "unknown", 404, "", 1, ""),
                        "READY"),
                row(
                        "a call with conflicting segments, told as v2",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0).host.call(days(1), Program.CURL, "v2", 200, CONFLICTING, 1, ""),
                        "1 call of which two contents were possible (conflicting-segments)"),
                row(
                        "calls of unknown version that only a summary counts",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(15, 1).host.summary(days(1), days(1).plusSeconds(300), 0, 0);
                            logs.host.edit("{\"total\":0}", "{\"total\":3,\"unknown\":{\"success\":2,\"unknown\":1}}");
                            logs.host.watched(days(1).plusSeconds(300), END);
                        },
                        "3 calls of unknown version counted in summaries"),
                row(
                        "an unknown call dated 2031",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0).host.unknown(Instant.parse("2031-01-01T00:00:00Z"), Program.CURL),
                        "whose time cannot be believed"),
                row(
                        "a v2 call in a format of the future",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0)
                                .host
                                .v2(days(1), Program.CURL)
                                .edit("\"schema\":1", "\"schema\":2"),
                        "1 line in a format that this version does not know"),
                row(
                        "a call in a format of number 0",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(15, 0)
                                .host
                                .v2(days(1), Program.CURL)
                                .edit("\"schema\":1", "\"schema\":0"),
                        "1 line in a format that this version does not know"),
                row(
                        "half a line among the others",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(15, 2).host.raw("{\"timestamp\":\"2026-11-19T23:00:00.000000Z\",\"le");
                            logs.watched(2, 0);
                        },
                        "1 half or malformed line that may have been a call"),
                row(
                        "half a line among the others, 14.9 d ago",
                        Verdict.READY,
                        0,
                        logs -> {
                            logs.watched(30, 14.9).host.raw("{\"timestamp\":\"2026-11-19T23:00:00.000000Z\",\"le");
                            logs.watched(14.9, 0);
                        },
                        "1 half or malformed line left out"),
                row(
                        "a v1 line with a count beyond belief",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(15, 2).host.v1(days(2), Program.CURL, Long.MAX_VALUE, days(2));
                            logs.watched(2, 0);
                        },
                        "1 half or malformed line"),
                row(
                        "a gap without its times",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(15, 2).host.gap(days(2), days(2)).edit("\"start\":", "\"begin\":");
                            logs.watched(2, 0);
                        },
                        "1 line that may tell of a call or a loss and whose time cannot be believed"),
                row(
                        "a folded v1 line that began 16 d ago and ended 1 d ago",
                        Verdict.NOT_READY,
                        1,
                        logs -> logs.watched(15, 0).host.v1(days(16), Program.CURL, 5, days(1)),
                        "5 IMDSv1 calls"),
                row(
                        "a run whose clock was set back by 3 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> logs.watched(17, 0).watched(2.99, 2.5),
                        "the clock was set back, or two analyzers wrote as one"),
                row(
                        "a restart with the clock set back by 10 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.watched(30, 10);
                            logs.host.run("bbbbbbbbbbbbbbbb");
                            logs.watched(20, 0);
                        },
                        "the clock was set back, or two analyzers wrote as one"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theLinesLeadToTheVerdict(Row row, @TempDir Path folder) throws IOException {
        VerdictTable.check(row, folder);
    }
}
