package dev.imdsanalyzer.report;

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

/** What an earlier report and the account's inventory beside the log add to a verdict, and what neither may change. */
class ComparisonVerdictTableTest {
    private static final String HOST = "{\"InstanceId\":\"%s\",\"State\":{\"Name\":\"running\"}}";

    private static String inventory(String id, String rest) {
        return "{\"Reservations\":[{\"OwnerId\":\"111122223333\",\"Instances\":[" + HOST.formatted(id) + "]}]" + rest
                + "}";
    }

    static Stream<Row> rows() {
        return Stream.concat(earlier(), account());
    }

    private static Stream<Row> earlier() {
        return Stream.of(
                row(
                        "since a report: its caller is gone, 20 d watched",
                        Verdict.READY,
                        0,
                        logs -> {
                            logs.before.watched(days(30), days(20)).v1(days(20.1), Program.CURL);
                            logs.watched(20, 0);
                        },
                        "Since the report as of 2026-11-01 23:00 UTC",
                        "0 of 1 instance ready then, 1 of 1 now",
                        "1 gone"),
                row(
                        "since a report: its caller is quiet for 5 d",
                        Verdict.WATCH_LONGER,
                        1,
                        logs -> {
                            logs.before.watched(days(30), days(5)).v1(days(5.1), Program.CURL);
                            logs.watched(5, 0);
                        },
                        "1 quiet"),
                row(
                        "since a report: another caller now",
                        Verdict.NOT_READY,
                        1,
                        logs -> {
                            logs.before.watched(days(30), days(20)).v1(days(20.1), Program.CURL);
                            logs.watched(20, 0).host.v1(days(1), Program.BOTO);
                        },
                        "1 new",
                        "1 gone"),
                row(
                        "since a report: the same caller still",
                        Verdict.NOT_READY,
                        1,
                        logs -> {
                            logs.before.watched(days(30), days(20)).v1(days(20.1), Program.CURL);
                            logs.watched(20, 0).host.v1(days(1), Program.CURL);
                        },
                        "1 caller still in the way"),
                row(
                        "since a report that is of a later day",
                        Verdict.READY,
                        0,
                        logs -> {
                            logs.before.watched(days(10), days(0));
                            logs.watched(30, 5);
                        },
                        "after the end of these logs: what changed is not told"),
                row(
                        "since what is no report",
                        null,
                        65,
                        logs -> {
                            logs.watched(15, 0);
                            logs.earlier("{\"Reservations\":[]}");
                        },
                        "earlier.json"));
    }

    private static Stream<Row> account() {
        return Stream.of(
                row(
                        "an inventory that names this instance",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0).inventory(inventory(Reports.INSTANCE, "")),
                        "of proven coverage"),
                row(
                        "an inventory with a further page",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0).inventory(inventory(Reports.INSTANCE, ",\"NextToken\":\"x\"")),
                        "the inventory is not complete"),
                row(
                        "an inventory with an instance nobody watches",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0).inventory(inventory("i-00000000000000009", "")),
                        "1 of 1 instance of the inventory not watched"),
                row(
                        "what is no inventory",
                        null,
                        65,
                        logs -> logs.watched(15, 0).inventory("{}"),
                        "no inventory"),
                row(
                        "a node by its tags, silent from its boot on",
                        Verdict.READY,
                        0,
                        logs -> {
                            logs.watched(15, 10)
                                    .host
                                    .uptime(20)
                                    .started(days(10))
                                    .uptime(90_000);
                            logs.watched(10, 0)
                                    .inventory(
                                            inventory(Reports.INSTANCE, "")
                                                    .replace(
                                                            "\"State\"",
                                                            "\"Tags\":[{\"Key\":\"eks:cluster-name\",\"Value\":\"c\"}],\"State\""));
                        },
                        "it is a node of a cluster, whose agents need the endpoint"),
                row(
                        "an inventory of another account",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0)
                                .inventory(inventory(Reports.INSTANCE, ""))
                                .host
                                .edit("\"cloud\":{", "\"cloud\":{\"account\":{\"id\":\"123456789012\"},"),
                        "the inventory is of account 111122223333, the logs of 123456789012"),
                row(
                        "READY: the way back that an enforced account refuses",
                        Verdict.READY,
                        0,
                        logs -> logs.watched(15, 0).host.v2(days(1), Program.CURL),
                        "in an account that enforces IMDSv2 (HttpTokensEnforced is enabled) the way back is refused",
                        "aws ec2 get-instance-metadata-defaults --query AccountLevel"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theLinesLeadToTheVerdict(Row row, @TempDir Path folder) throws IOException {
        VerdictTable.check(row, folder);
    }
}
