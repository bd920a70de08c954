package dev.imdsanalyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Translates the saved Logs Insights queries to SQL, runs them in DuckDB, and compares with the report over the same lines. */
class InsightsQueriesTest {
    private static final Path INSIGHTS = Path.of("packaging/cloudwatch/insights");
    private static final Instant END = Reports.NOW.minusSeconds(60);
    private static final Pattern TOKEN = Pattern.compile(
            "\"([^\"]*)\"|like /([^/]*)/|(@?[a-z_][a-z0-9_]*(?:\\.[a-z_]+)*)(\\(?)|\\[|\\]|==?|.", Pattern.DOTALL);

    @TempDir
    Path folder;

    private ReportData data;
    private Connection database;

    @BeforeEach
    void load() throws IOException, SQLException {
        SampleLog busy = new SampleLog(Reports.INSTANCE, "web-1").watched(END.minus(Duration.ofDays(2)), END);
        SampleLog other = new SampleLog("i-00000000000000002", "web-2").watched(END.minus(Duration.ofDays(1)), END);
        SampleLog silent = new SampleLog("i-00000000000000003", "web-3").watched(END.minus(Duration.ofDays(3)), END);
        for (int i = 0; i < 40; i++) {
            Instant time = END.minusSeconds(3600 - i);
            busy.v1(time, Program.CURL, 1 + i % 4, time.plusSeconds(30)).v2(time, Program.BOTO);
            other.fallback(time, Program.BOTO).rejected(time, Program.CURL);
        }
        for (int i = 0; i < 3; i++) {
            Workloads.pod(busy, END.minusSeconds(7200 - i), "checkout-7d4f9c8b6d-x2kq" + "bcd".charAt(i));
            Workloads.pod(other, END.minusSeconds(7200 - i), "checkout-7d4f9c8b6d-z4kq" + "bcd".charAt(i));
        }
        Workloads.task(other, END.minusSeconds(7000));
        busy.raw("{\"somebody\":\"else\"}");
        List<String> lines = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        for (SampleLog log : List.of(busy, other, silent)) {
            lines.addAll(log.lines());
            files.add(log.write(folder.resolve(files.size() + ".jsonl")));
        }
        data = Reports.data(Reports.options(ReportFormat.TEXT, files.toArray(Path[]::new)));
        database = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = database.createStatement()) {
            statement.execute("CREATE TABLE lines (line VARCHAR)");
        }
        try (PreparedStatement insert = database.prepareStatement("INSERT INTO lines VALUES (?)")) {
            for (String line : lines) {
                insert.setString(1, line);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    private List<Map<String, String>> rows(String query) throws IOException, SQLException {
        List<Map<String, String>> rows = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet result = statement.executeQuery(sql(Files.readString(INSIGHTS.resolve(query))))) {
            while (result.next()) {
                Map<String, String> row = new LinkedHashMap<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.put(result.getMetaData().getColumnLabel(column), result.getString(column));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** Just as much of the language as our queries use: filter, stats … by …, filter on a result, sort, limit. */
    private static String sql(String query) {
        String where = null;
        String select = null;
        String group = "";
        String having = "";
        String order = "";
        for (String step : query.strip().split("\\n\\| ", -1)) {
            String rest = step.substring(step.indexOf(' ') + 1);
            if (step.startsWith("filter ") && select == null) {
                where = expression(rest);
            } else if (step.startsWith("filter ")) {
                having = " WHERE " + rest;
            } else if (step.startsWith("stats ")) {
                int by = rest.lastIndexOf(" by ");
                select = expression(rest.substring(0, by));
                group = rest.substring(by + 4);
            } else if (step.startsWith("sort ")) {
                order = " ORDER BY " + rest;
            } else {
                assertThat(step).startsWith("limit ");
            }
        }
        StringBuilder keys = new StringBuilder();
        for (String key : group.split(", ", -1)) {
            keys.append(expression(key)).append(" AS \"").append(key).append("\", ");
        }
        return "SELECT * FROM (SELECT " + keys + select + " FROM lines WHERE " + where + " GROUP BY ALL)" + having
                + order;
    }

    private static String expression(String insights) {
        StringBuilder sql = new StringBuilder();
        Matcher token = TOKEN.matcher(insights);
        boolean alias = false;
        while (token.find()) {
            String word = token.group(3);
            if (token.group(1) != null) {
                sql.append('\'').append(token.group(1)).append('\'');
            } else if (token.group(2) != null) {
                sql.append("SIMILAR TO '.*").append(token.group(2)).append(".*'");
            } else if (word == null) {
                sql.append(token.group().replace('[', '(').replace(']', ')'));
            } else if (!token.group(4).isEmpty()) {
                sql.append(
                        switch (word) {
                            case "sum" -> "sum(1 * ";
                            case "count_distinct" -> "count(DISTINCT ";
                            case "strcontains" -> "contains(";
                            case "ispresent" -> "(NULL IS DISTINCT FROM ";
                            default -> word + "(";
                        });
            } else if (alias || word.matches("and|or|in|as|not")) {
                sql.append(word);
            } else {
                sql.append(field(word));
            }
            alias = "as".equals(word) || (alias && token.group().isBlank());
        }
        return sql.toString()
                .replaceAll("sum\\(1 \\* contains\\(([^)]*\\)?[^)]*)\\)\\)", "sum(CAST(contains($1) AS INTEGER))");
    }

    private static String field(String name) {
        if (name.equals("@message")) {
            return "line";
        }
        String path = name.equals("@timestamp") ? "timestamp" : name;
        String text = "json_extract_string(line, '$." + path + "')";
        boolean number = path.matches(".*(repeat_count|seconds|status_code)");
        return number ? "CAST(" + text + " AS DOUBLE)" : text;
    }

    private static long whole(String number) {
        return (long) Double.parseDouble(number);
    }

    /** The same pods on two nodes are one row, and what runs in no container is in none. */
    @Test
    void callersByWorkloadAreThoseOfTheReport() throws Exception {
        List<Map<String, String>> rows = rows("v1-callers-by-workload.txt");
        CallerGroup pod = data.callers().stream()
                .filter(caller -> caller.label().equals(Workloads.POD.label()))
                .findFirst()
                .orElseThrow();
        assertThat(rows).hasSize(2);
        Map<String, String> row = rows.get(0);
        assertThat(row)
                .containsEntry("caller.workload", "shop/checkout web")
                .containsEntry("k8s.namespace.name", pod.workload().namespace())
                .containsEntry("k8s.container.name", pod.workload().container())
                .containsEntry("container.image.name", pod.workload().image())
                .containsEntry("instances", Integer.toString(pod.instances().size()));
        assertThat(whole(row.get("calls"))).isEqualTo(pod.tally().v1()).isEqualTo(6);
        assertThat(rows.get(1))
                .containsEntry("aws.ecs.task.family", "shop")
                .containsEntry("aws.ecs.container.name", "web");
    }

    @Test
    void callersByProgramAreThoseOfTheReport() throws Exception {
        List<Map<String, String>> rows = rows("v1-callers-by-program.txt");
        assertThat(rows).hasSize(4);
        for (Map<String, String> row : rows) {
            CallerGroup caller = data.callers().stream()
                    .filter(candidate -> candidate.fingerprint().equals(row.get("caller.fingerprint")))
                    .findFirst()
                    .orElseThrow();
            assertThat(whole(row.get("calls"))).isEqualTo(caller.tally().v1());
            assertThat(row.get("caller.label")).isEqualTo(caller.label());
            assertThat(row.get("first_seen")).isNotNull();
        }
        assertThat(rows).isSortedAccordingTo(Comparator.comparing(row -> -whole(row.get("calls"))));
    }

    @Test
    void callersByInstanceFallbacksAndRefusalsAreThoseOfTheReport() throws Exception {
        assertThat(sum("v1-callers-by-instance.txt")).isEqualTo(data.tally().v1());
        assertThat(sum("fallbacks.txt")).isEqualTo(data.tally().fallbacks()).isPositive();
        assertThat(sum("rejected.txt")).isEqualTo(data.tally().v1Rejected()).isPositive();
        assertThat(rows("unattributed.txt")).isEmpty();
    }

    private long sum(String query) throws Exception {
        return rows(query).stream().mapToLong(row -> whole(row.get("calls"))).sum();
    }

    @Test
    void silentInstancesAndCoverageAreThoseOfTheReport() throws Exception {
        assertThat(rows("silent-instances.txt"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("cloud.instance.id", "i-00000000000000003")
                        .containsEntry("days_watched", "3.0"));
        assertThat(data.instances().stream().filter(InstanceVerdict::silent)).hasSize(1);
        List<Map<String, String>> coverage = rows("coverage.txt");
        assertThat(coverage).hasSize(3);
        for (Map<String, String> row : coverage) {
            InstanceVerdict verdict = data.instances().stream()
                    .filter(candidate -> candidate.instance().id().equals(row.get("cloud.instance.id")))
                    .findFirst()
                    .orElseThrow();
            assertThat(Double.parseDouble(row.get("days_watched")) * 86_400e6)
                    .isEqualTo((double) verdict.proven().measure(Long.MIN_VALUE, Long.MAX_VALUE));
        }
    }
}
