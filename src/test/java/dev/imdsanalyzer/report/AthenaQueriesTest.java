package dev.imdsanalyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Athena queries in DuckDB, with Trino's JSON functions as macros, beside the report over the same lines. */
class AthenaQueriesTest {
    private static final Path ATHENA = Path.of("packaging/cloudwatch/athena");
    private static final Instant END = Reports.NOW.minusSeconds(60);

    @TempDir
    Path folder;

    private List<List<String>> query(Connection database, String name) throws SQLException, IOException {
        List<List<String>> rows = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet result = statement.executeQuery(Files.readString(ATHENA.resolve(name)))) {
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.add(result.getString(column));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static Connection load(List<String> lines) throws SQLException, IOException {
        Connection database = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = database.createStatement()) {
            statement.execute("CREATE TABLE imds_lines (exported_at VARCHAR, line VARCHAR)");
            statement.execute("CREATE MACRO json_extract_scalar(j, p) AS json_extract_string(j, p)");
            statement.execute("CREATE MACRO json_array_contains(j, v) AS json_contains(j, to_json(v))");
        }
        try (PreparedStatement insert = database.prepareStatement("INSERT INTO imds_lines VALUES ('x', ?)")) {
            for (String line : lines) {
                insert.setString(1, line);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        try (Statement statement = database.createStatement()) {
            statement.execute(Files.readString(ATHENA.resolve("view.sql")));
        }
        return database;
    }

    @Test
    void theQueriesGiveTheNumbersOfTheReport() throws Exception {
        SampleLog first = new SampleLog(Reports.INSTANCE, "web-1").watched(END.minus(Duration.ofDays(2)), END);
        SampleLog second = new SampleLog("i-00000000000000002", "web-2").watched(END.minus(Duration.ofDays(1)), END);
        for (int i = 0; i < 40; i++) {
            Instant time = END.minusSeconds(3600 - i);
            first.v1(time, Program.CURL, 1 + i % 4, time.plusSeconds(30)).v2(time, Program.BOTO);
            second.fallback(time, Program.BOTO).rejected(time, Program.CURL);
        }
        first.raw(first.lines().get(first.lines().size() - 1));
        first.raw("{\"somebody\":\"else\"}");
        ReportData data = Reports.data(Reports.options(
                ReportFormat.TEXT, first.write(folder.resolve("1.jsonl")), second.write(folder.resolve("2.jsonl"))));
        List<String> lines = new ArrayList<>(first.lines());
        lines.addAll(second.lines());

        try (Connection database = load(lines)) {
            List<List<String>> expected = new ArrayList<>();
            for (CallerGroup caller : data.callers()) {
                expected.add(List.of(
                        caller.fingerprint(),
                        caller.label(),
                        Long.toString(caller.tally().v1Served()),
                        Long.toString(caller.tally().v1Rejected()),
                        Long.toString(caller.tally().v2()),
                        Long.toString(caller.tally().fallbacks()),
                        Integer.toString(caller.instances().size()),
                        Times.iso(caller.tally().first())));
            }
            List<List<String>> programs = query(database, "v1-callers-by-program.sql");
            assertThat(programs).hasSize(2);
            assertThat(programs.stream().map(row -> row.subList(0, 8)).toList()).isEqualTo(expected);

            List<List<String>> instances = query(database, "instances.sql");
            for (InstanceVerdict verdict : data.instances()) {
                Instance instance = verdict.instance();
                List<String> row = instances.stream()
                        .filter(candidate -> candidate.get(0).equals(instance.id()))
                        .findFirst()
                        .orElseThrow();
                assertThat(row.get(2)).isEqualTo(Long.toString(instance.tally().v1()));
                assertThat(row.get(3)).isEqualTo(Long.toString(instance.tally().v2()));
                assertThat(Double.parseDouble(row.get(4)) * 86_400e6)
                        .isEqualTo((double) verdict.proven().measure(Long.MIN_VALUE, Long.MAX_VALUE));
            }
            assertThat(query(database, "v1-callers-by-instance.sql").stream()
                            .mapToLong(row -> Long.parseLong(row.get(3)))
                            .sum())
                    .isEqualTo(data.tally().v1());
        }
    }

    @Test
    void workloadsAreThoseOfTheReport() throws Exception {
        SampleLog first = new SampleLog(Reports.INSTANCE, "web-1").watched(END.minus(Duration.ofDays(2)), END);
        SampleLog second = new SampleLog("i-00000000000000002", "web-2").watched(END.minus(Duration.ofDays(1)), END);
        Workloads.pod(first, END.minusSeconds(300), "checkout-7d4f9c8b6d-x2kqp");
        Workloads.pod(second, END.minusSeconds(200), "checkout-7d4f9c8b6d-z4kqp");
        Workloads.task(second, END.minusSeconds(100));
        Workloads.compose(second, END.minusSeconds(50)).v1(END.minusSeconds(40), Program.CURL);
        ReportData data = Reports.data(Reports.options(
                ReportFormat.TEXT, first.write(folder.resolve("1.jsonl")), second.write(folder.resolve("2.jsonl"))));
        List<String> lines = new ArrayList<>(first.lines());
        lines.addAll(second.lines());
        try (Connection database = load(lines)) {
            List<List<String>> rows = query(database, "v1-callers-by-workload.sql");
            assertThat(rows).hasSize(3);
            for (CallerGroup caller : data.callers()) {
                ContainerWorkload workload = caller.workload();
                if (!caller.label().equals(Program.CURL.label())) {
                    assertThat(rows).anySatisfy(row -> {
                        assertThat(row.subList(1, 7))
                                .containsExactly(
                                        workload.namespace(),
                                        workload.family(),
                                        workload.project(),
                                        workload.service(),
                                        workload.container(),
                                        workload.image());
                        assertThat(row.get(7))
                                .isEqualTo(Long.toString(caller.tally().v1()));
                        assertThat(row.get(8))
                                .isEqualTo(Integer.toString(caller.instances().size()));
                    });
                }
            }
        }
    }

    /** Athena's RegexSerDe takes Java's regular expressions and wants the whole line to match. */
    @Test
    void theTableTakesTheLinesOfAnExport() throws IOException {
        Matcher regex =
                Pattern.compile("'input.regex' = '([^']*)'").matcher(Files.readString(ATHENA.resolve("table.sql")));
        assertThat(regex.find()).isTrue();
        Pattern columns = Pattern.compile(regex.group(1).replace("\\\\", "\\"));
        Path export = Path.of("src/test/resources/dev/imdsanalyzer/report/shapes/s3-export/"
                + "5a1b2c3d-0000-4000-8000-000000000000/i-0123456789abcdef0/000000.gz");
        List<String> taken = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(export)), StandardCharsets.UTF_8))) {
            lines.lines().map(columns::matcher).filter(Matcher::matches).forEach(match -> taken.add(match.group(2)));
        }
        assertThat(taken)
                .containsExactlyElementsOf(
                        Files.readAllLines(Path.of("src/test/resources/dev/imdsanalyzer/report/shapes/lines.jsonl")));
    }
}
