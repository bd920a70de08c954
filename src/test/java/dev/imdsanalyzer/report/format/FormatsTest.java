package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.ReportOptions;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import dev.imdsanalyzer.report.Workloads;
import dev.imdsanalyzer.status.ToolVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class FormatsTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);
    private static final Program FORMULA =
            new Program("=cmd|' /C calc'!A0", "ab", "/bin/x", "x, \"y\"", "agent\u001b[31m/1");

    private static final Path GOLDEN = Path.of("src/test/resources/dev/imdsanalyzer/report/golden");

    @TempDir
    Path folder;

    private Path log;

    @BeforeEach
    void writeLog() throws IOException {
        log = new SampleLog(Reports.INSTANCE, "web-1")
                .watched(END.minus(Duration.ofDays(15)), END)
                .v1(END.minusSeconds(100), Program.CURL)
                .v1(END.minusSeconds(90), Program.CURL, 7, END.minusSeconds(40))
                .fallback(END.minusSeconds(30), Program.BOTO)
                .v2(END.minusSeconds(20), Program.BOTO)
                .uptime(30)
                .rejected(END.minusSeconds(10), FORMULA)
                .write(folder.resolve("a.jsonl"));
    }

    @Test
    void jsonHasTheDocumentedMembers() {
        JsonNode root = new ObjectMapper()
                .readTree(Reports.run(Reports.options(ReportFormat.JSON, log)).out());
        assertThat(root.propertyNames())
                .containsExactly(
                        "schema",
                        "verdict",
                        "as_of",
                        "from",
                        "window_seconds",
                        "calls",
                        "instances",
                        "callers",
                        "metrics",
                        "input",
                        "warnings",
                        "evidence",
                        "headline",
                        "ready_if_quiet",
                        "rhythm",
                        "generated");
        assertThat(root.at("/calls/v1_served").asLong()).isEqualTo(9);
        assertThat(root.at("/calls/v1_rejected").asLong()).isEqualTo(1);
        assertThat(root.at("/calls/v2").asLong()).isEqualTo(1);
        assertThat(root.at("/calls/fallbacks").asLong()).isEqualTo(1);
        JsonNode caller = root.at("/callers/0");
        assertThat(caller.at("/fingerprint").asString()).isEqualTo("3f1c0a9be2d4c7e1");
        assertThat(caller.at("/calls/v1_served").asLong()).isEqualTo(8);
        assertThat(caller.at("/instances/0/id").asString()).isEqualTo(Reports.INSTANCE);
        assertThat(caller.at("/chain/1/name").asString()).isEqualTo("makeCalls.sh");
        assertThat(caller.at("/chain/3/name").asString()).isEqualTo("systemd");
        assertThat(caller.at("/only_at_boot").asBoolean()).isFalse();
        assertThat(root.at("/callers/2/only_at_boot").asBoolean()).isTrue();
    }

    @Test
    void csvHasARowForEachCallerAndInstance() {
        List<String> rows = Reports.run(Reports.options(ReportFormat.CSV, log))
                .out()
                .lines()
                .toList();
        assertThat(rows).hasSize(4);
        assertThat(rows.get(0)).isEqualTo(String.join(",", CsvReport.COLUMNS));
        assertThat(rows.get(1)).startsWith(Reports.INSTANCE + ",web-1,");
        assertThat(rows.get(1)).contains(",3f1c0a9be2d4c7e1,session-*.scope: makeCalls.sh: curl,8,0,0,0,0,");
    }

    /** Whoever reads these in a pipeline relies on them: a change here is one for the change log. */
    @ParameterizedTest
    @EnumSource(
            value = ReportFormat.class,
            names = {"CSV", "JSON", "TEXT"})
    void theOutputIsTheOneOnRecord(ReportFormat format) throws IOException {
        String output = Reports.run(Reports.options(format, log))
                .out()
                .replace(folder.toString(), "FOLDER")
                .replace("\"version\" : \"" + ToolVersion.read() + "\"", "\"version\" : \"VERSION\"");
        Path record = GOLDEN.resolve("report." + format.name().toLowerCase(Locale.ROOT));
        if (Boolean.getBoolean("golden.regenerate")) {
            Files.writeString(record, output);
            Assumptions.abort(record + " written anew: look at the difference");
        }
        assertThat(output)
                .as("-Dgolden.regenerate=true writes " + record + " anew")
                .isEqualTo(Files.readString(record));
    }

    @Test
    void theManualNamesEveryColumn() throws IOException {
        String manual = Files.readString(Path.of("packaging/man/imds-packet-analyzer.8"));
        assertThat(manual.replaceAll("\\s+", " ")).contains(String.join(", ", CsvReport.COLUMNS));
    }

    /** What a workload is part of has columns of its own, and its lost token's remedy names it, in each format. */
    @Test
    void workloadsStandInColumnsOfTheirOwn() throws IOException {
        SampleLog sample = new SampleLog(Reports.INSTANCE, "node-1").watched(END.minus(Duration.ofDays(15)), END);
        Workloads.pod(sample, END.minusSeconds(100), "checkout-7d4f9c8b6d-x2kqp")
                .edit("\"imdsv1-request\"", "\"imdsv1-request\",\"imdsv1-fallback\",\"token-response-dropped\"");
        Workloads.task(sample, END.minusSeconds(90));
        Workloads.compose(sample, END.minusSeconds(80));
        Path file = sample.write(folder.resolve("b.jsonl"));

        String csv = Reports.run(Reports.options(ReportFormat.CSV, file)).out();
        assertThat(csv)
                .contains(",shop,checkout,web,,,,registry.example.com/shop/web,")
                .contains(",,,web,shop,,,,")
                .contains(",,,shop-front-1,,shop,front,,")
                .contains("give pod shop/checkout web a role of its own (EKS Pod Identity or IRSA)");
        JsonNode callers = new ObjectMapper()
                .readTree(Reports.run(Reports.options(ReportFormat.JSON, file)).out())
                .at("/callers");
        assertThat(callers).anySatisfy(caller -> {
            assertThat(caller.at("/workload/namespace").asString()).isEqualTo("shop");
            assertThat(caller.at("/workload/workload").asString()).isEqualTo("checkout");
            assertThat(caller.at("/workload/image").asString()).isEqualTo("registry.example.com/shop/web");
            assertThat(caller.at("/remedy/steps/0").asString())
                    .contains("give pod shop/checkout web a role of its own");
            assertThat(caller.at("/remedy/steps/1").asString())
                    .isEqualTo("Raising it opens the instance's role to every pod of the node.");
        });
        assertThat(callers)
                .anySatisfy(
                        caller -> assertThat(caller.at("/workload/task_family").asString())
                                .isEqualTo("shop"));
        assertThat(Reports.run(Reports.options(ReportFormat.TEXT, file)).out())
                .contains(
                        "in      namespace shop, workload checkout, container web, image registry.example.com/shop/web")
                .contains("in      task family shop, container web")
                .contains("in      project shop, service front, container shop-front-1");
        assertThat(Reports.run(Reports.options(ReportFormat.HTML, file)).out())
                .contains("<i>namespace</i> shop</span><span><i>workload</i> checkout</span>")
                .contains("<i>task family</i> shop</span>")
                .contains("opens the instance&#39;s role to every pod");
    }

    @Test
    void csvCellsCannotBecomeFormulas() {
        assertThat(Reports.run(Reports.options(ReportFormat.CSV, log)).out())
                .contains(",'=cmd|' /C calc'!A0,")
                .contains("\"x, \"\"y\"\"\"");
    }

    @Test
    void textNamesWhoWhatAndHowToMendIt() {
        String text = Reports.run(Reports.options(ReportFormat.TEXT, log)).out();
        assertThat(text)
                .startsWith(" ALREADY REQUIRED BUT BREAKING ")
                .contains("1. =cmd|' /C calc'!A0  [refused now]")
                .contains("session-*.scope: makeCalls.sh: curl  [credentials by IMDSv1]\n     8 served, 0 refused")
                .contains("TOKEN=$(curl -sf -X PUT")
                .contains("mend the cause, do not upgrade")
                .contains("--http-put-response-hop-limit 2")
                .contains("run as  python3 /opt/job.py --run N")
                .contains("[only in the first minutes after boot]")
                .doesNotContain("\u001b");
    }

    @Test
    void coloursComeOnlyWhereAskedFor() {
        ReportOptions plain = Reports.options(ReportFormat.TEXT, log);
        ReportOptions coloured = new ReportOptions(
                plain.inputs(), plain.format(), null, null, plain.window(), List.of(), true, 0, false, Reports.NOW);
        String text = Reports.run(coloured).out();
        assertThat(text).contains("\u001b[1;35m").doesNotContain("agent\u001b").contains("agent\\u001b");
    }

    @Test
    void aNarrowTerminalBreaksSentencesAndCommandsThatCanBeCopiedAllTheSame() {
        ReportOptions plain = Reports.options(ReportFormat.TEXT, log);
        ReportOptions narrow = new ReportOptions(
                plain.inputs(), plain.format(), null, null, plain.window(), List.of(), true, 80, false, Reports.NOW);
        List<String> lines = Reports.run(narrow)
                .out()
                .replaceAll("\u001b\\[[0-9;]*m", "")
                .lines()
                .toList();
        assertThat(lines)
                .contains("             IMDS (IRSA, pod identity, task roles).")
                .containsSequence(
                        "             aws ec2 modify-instance-metadata-options \\",
                        "                 --instance-id " + Reports.INSTANCE + " \\",
                        "                 --http-put-response-hop-limit 2 --http-endpoint enabled")
                .containsSequence(
                        "             TOKEN=$(curl -sf -X PUT http://169.254.169.254/latest/api/token \\",
                        "                 -H \"X-aws-ec2-metadata-token-ttl-seconds: 21600\") || exit 1")
                .allMatch(line -> line.length() <= 80 || line.strip().contains("'{\""));
    }
}
