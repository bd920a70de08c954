package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the join with CloudTrail for Athena in an embedded engine, on the records that the report reads. */
class TrailQueriesTest {
    private static final Path ATHENA = Path.of("packaging/cloudwatch/athena");
    private static final String OTHER = "i-00000000000000002";
    private static final String STRANGER = "i-00000000000000009";

    @TempDir
    Path folder;

    private final SampleTrail trail = new SampleTrail();

    private Connection load(List<String> lines) throws Exception {
        Connection database = DriverManager.getConnection("jdbc:duckdb:");
        Path records = Files.writeString(folder.resolve("trail.json"), trail.asAthena());
        try (Statement statement = database.createStatement()) {
            statement.execute("CREATE TABLE imds_lines (exported_at VARCHAR, line VARCHAR)");
            statement.execute("CREATE MACRO json_extract_scalar(j, p) AS json_extract_string(j, p)");
            statement.execute("CREATE MACRO json_array_contains(j, v) AS json_contains(j, to_json(v))");
            statement.execute("CREATE MACRO from_iso8601_timestamp(t) AS CAST(replace(t, 'Z', '') AS TIMESTAMP)");
            statement.execute(
                    "CREATE TABLE trail AS SELECT * FROM read_json('" + records + "', format = 'newline_delimited',"
                            + " columns = {eventtime: 'VARCHAR', eventsource: 'VARCHAR', eventname: 'VARCHAR', useragent: 'VARCHAR',"
                            + " useridentity: 'STRUCT(principalid VARCHAR, arn VARCHAR, sessioncontext STRUCT(sessionissuer"
                            + " STRUCT(username VARCHAR), attributes STRUCT(creationdate VARCHAR), ec2roledelivery VARCHAR))'})");
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

    private void session(String instance, String delivery, String role, Instant created, int calls) {
        for (int i = 0; i < calls; i++) {
            trail.call(
                    instance,
                    delivery,
                    role,
                    created,
                    created.plusSeconds(900 + 60L * i),
                    "s3:GetObject",
                    "aws-cli/1.16");
        }
    }

    @Test
    void theJoinGivesTheNumbersOfTheReport() throws Exception {
        SampleLog first = new SampleLog(Reports.INSTANCE, "web-1")
                .watched(daysBeforeEnd(15), END)
                .v1(daysBeforeEnd(2).plusSeconds(300), Program.BOTO)
                .v1(
                        daysBeforeEnd(2).plusSeconds(400),
                        Program.CURL,
                        4,
                        daysBeforeEnd(2).plusSeconds(450))
                .v1(daysBeforeEnd(1).plusSeconds(2000), Program.CURL)
                .v2(daysBeforeEnd(1), Program.BOTO);
        SampleLog second = new SampleLog(OTHER, "web-2").watched(daysBeforeEnd(15), END);
        session(Reports.INSTANCE, "1.0", "app", daysBeforeEnd(2), 3);
        session(Reports.INSTANCE, "1.0", "app", daysBeforeEnd(1), 2);
        session(Reports.INSTANCE, "1.0", "batch", daysBeforeEnd(2), 1);
        session(Reports.INSTANCE, "2.0", "app", daysBeforeEnd(1), 5);
        session(OTHER, "1.0", "app", daysBeforeEnd(4), 2);
        session(STRANGER, "1.0", "app", daysBeforeEnd(4), 7);
        trail.stranger(END);
        ReportData data = Reports.data(Reports.options(
                        ReportFormat.TEXT,
                        first.write(Files.createDirectory(folder.resolve("1")).resolve("a.jsonl")),
                        second.write(Files.createDirectory(folder.resolve("2")).resolve("a.jsonl")))
                .withCloudTrails(
                        List.of(trail.writeGzip(folder.resolve("t.json.gz")).toString())));
        List<String> lines = new ArrayList<>(first.lines());
        lines.addAll(second.lines());
        long sessions = 0;
        long inLog = 0;
        long calls = 0;
        List<String> strangers = new ArrayList<>();
        try (Connection database = load(lines);
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(Files.readString(ATHENA.resolve("trail-sessions.sql")))) {
            while (rows.next()) {
                sessions++;
                inLog += rows.getInt("fetch_in_log");
                calls += rows.getLong("api_calls");
                if (rows.getInt("has_log") == 0) {
                    strangers.add(rows.getString("instance_id"));
                }
                TrailSession session = find(data, rows);
                assertThat(rows.getInt("fetch_in_log") == 1).isEqualTo(session.fetchSeen());
                assertThat(rows.getLong("api_calls")).isEqualTo(session.calls());
                assertThat(rows.getInt("callers")).isEqualTo(session.callers().size());
            }
        }
        assertThat(sessions).isEqualTo(data.trail().sessions().size()).isEqualTo(5);
        assertThat(inLog).isEqualTo(1);
        assertThat(calls).isEqualTo(15);
        assertThat(strangers).isEqualTo(data.watchNext()).containsExactly(STRANGER);
    }

    private static TrailSession find(ReportData data, ResultSet row) throws Exception {
        String instance = row.getString("instance_id");
        String role = row.getString("role");
        long created =
                Times.micros(row.getTimestamp("created").toLocalDateTime().toInstant(java.time.ZoneOffset.UTC));
        return data.trail().sessions(instance).stream()
                .filter(session -> session.role().equals(role) && session.created() == created)
                .findFirst()
                .orElseThrow();
    }
}
