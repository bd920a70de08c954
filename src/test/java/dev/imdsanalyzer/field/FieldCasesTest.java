package dev.imdsanalyzer.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.daemon.FileAnalyzer;
import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Captures of the kinds that public bug reports show, and what is said of each: {@code captures.tsv} has what 0.1.0 said beside
 * it, {@code user-agents.tsv} the same for User-Agents, and {@code kinds.tsv} names the tests that show further kinds.
 */
class FieldCasesTest {
    private static final Path FOLDER = Path.of("src/test/resources/dev/imdsanalyzer/field");
    private static final Path TESTS = Path.of("src/test/java/dev/imdsanalyzer");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    record Row(List<String> columns) {
        String column(int number) {
            return columns.get(number);
        }

        @Override
        public String toString() {
            return columns.get(0) + ": " + columns.get(1);
        }
    }

    static Stream<Row> captures() throws IOException {
        return rows("captures.tsv");
    }

    static Stream<Row> kinds() throws IOException {
        return rows("kinds.tsv");
    }

    /** Without the comment and the heading. */
    private static Stream<Row> rows(String table) throws IOException {
        return Files.readAllLines(FOLDER.resolve(table)).stream()
                .skip(2)
                .map(line -> new Row(List.of(line.split("\t", -1))));
    }

    @ParameterizedTest
    @MethodSource("captures")
    void capturesGiveWhatTheTableSays(Row row) throws Exception {
        List<JsonNode> lines = read(row.column(0));

        assertThat(folded(lines)).isEqualTo(row.column(3));
        assertThat(lines.toString()).contains(row.column(4));
    }

    /** What other clouds' probes, token requests and cut packets leave in the way of requiring IMDSv2. */
    @Test
    void whatStandsInTheWayIsAwsOwn() throws Exception {
        Map<String, Verdict> verdicts = new HashMap<>();
        for (Row row : captures().toList()) {
            read(row.column(0));
            verdicts.put(row.column(0), verdictOf(folder.resolve("lines.jsonl")));
        }

        assertThat(verdicts)
                .containsEntry("03-gcp-probes.pcap", Verdict.WATCH_LONGER)
                .containsEntry("04-other-clouds.pcap", Verdict.WATCH_LONGER)
                .containsEntry("06-token-slash.pcap", Verdict.WATCH_LONGER)
                .containsEntry("12-snap-096.pcap", Verdict.WATCH_LONGER)
                .containsEntry("09-put-400-502-then-v1.pcap", Verdict.NOT_READY)
                .containsEntry("18-lost-req2.pcap", Verdict.NOT_READY)
                .containsEntry("20-stray-cr.pcap", Verdict.NOT_READY)
                .containsEntry("22-pid-comment.pcapng", Verdict.NOT_READY)
                .containsEntry("28-google-wif.pcap", Verdict.NOT_READY);
    }

    @Test
    void userAgentsNameTheMostSpecificProduct() throws Exception {
        Map<String, String> named = new HashMap<>();
        for (JsonNode line : read("11-user-agents.pcap")) {
            String name = line.at("/user_agent/name").asString("-");
            named.put(
                    line.at("/user_agent/original").asString(),
                    name + " " + line.at("/user_agent/version").asString("-"));
        }

        rows("user-agents.tsv").forEach(row -> assertThat(named).containsEntry(row.column(0), row.column(2)));
        assertThat(named).hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void furtherKindsHaveTheirTest(Row row) throws IOException {
        String test = row.column(4);
        int dot = test.indexOf('.');
        String source = Files.readString(TESTS.resolve((dot < 0 ? test : test.substring(0, dot)) + ".java"));
        assertThat(source).contains(dot < 0 ? "class " : " " + test.substring(dot + 1) + "(");
    }

    private static Verdict verdictOf(Path lines) {
        return Reports.data(Reports.options(ReportFormat.TEXT, lines)).verdict();
    }

    private List<JsonNode> read(String capture) throws Exception {
        Path output = folder.resolve("lines.jsonl");
        Files.deleteIfExists(output);
        new FileAnalyzer(
                        new ConfigurationReader()
                                .pair("output.destination=" + output)
                                .pair("output.fold_seconds=0")
                                .read(),
                        "0.1.0")
                .read(List.of(FOLDER.resolve(capture).toString()));
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(output)) {
            lines.add(JSON.readTree(line));
        }
        // Connections that are open at a file's end are told in no order.
        lines.sort(Comparator.comparing(line -> line.at("/timestamp").asString()));
        return lines;
    }

    private static String folded(List<JsonNode> lines) {
        List<String> calls = lines.stream().map(FieldCasesTest::call).toList();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < calls.size(); ) {
            int equal = i;
            while (equal < calls.size() && calls.get(equal).equals(calls.get(i))) {
                equal++;
            }
            text.append(i == 0 ? "" : "; ")
                    .append(equal - i == 1 ? "" : equal - i + " × ")
                    .append(calls.get(i));
            i = equal;
        }
        return text.isEmpty() ? "no line" : text.toString();
    }

    private static String call(JsonNode line) {
        List<String> findings = new ArrayList<>();
        line.at("/imds/findings").forEach(finding -> findings.add(finding.asString()));
        return line.at("/imds/version").asString() + " " + text(line, "/http/request/method") + " "
                + text(line, "/url/path") + " " + text(line, "/http/response/status_code") + ": "
                + (findings.isEmpty() ? "no finding" : String.join("+", findings))
                + (line.at("/process/pid").isMissingNode() ? "" : " by " + text(line, "/process/pid"));
    }

    private static String text(JsonNode line, String pointer) {
        JsonNode node = line.at(pointer);
        return node.isMissingNode() ? "-" : node.asString();
    }
}
