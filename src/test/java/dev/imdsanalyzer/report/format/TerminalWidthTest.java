package dev.imdsanalyzer.report.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.advice.TokenSnippet;
import dev.imdsanalyzer.output.text.DisplayWidth;
import dev.imdsanalyzer.report.Grouping;
import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.ReportOptions;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import dev.imdsanalyzer.report.show.Show;
import dev.imdsanalyzer.report.show.ShowOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On a terminal no line is wider than it, but where one word is, and no word is broken: of a fleet with callers of every kind and
 * names in many scripts. A pipe has no width, so nothing is broken there.
 */
class TerminalWidthTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);
    private static final List<String> NAMES = List.of(
            "backup.sh",
            "a name with many words in it that goes on and on until no terminal is wide enough for all of them at once, or so",
            "one-word-without-any-blank-" + "x".repeat(150),
            "備份服務 每晚 備份資料庫並上傳到物件儲存的腳本 在所有主機上執行",
            "バックアップ",
            "גיבוי לילי של כל השרתים בארגון",
            "نسخة احتياطية",
            "e\u0301te\u0301 \ud83d\ude80 de\u0301ploiement");

    /** Where words begin behind others that nothing is broken in. */
    private static final List<Integer> COLUMNS = List.of(13, 24, 31);

    @TempDir
    private static Path folder;

    private static Path inventory;
    private static Path earlier;

    @BeforeAll
    static void writeFleet() throws IOException {
        Path logs = Files.createDirectory(folder.resolve("logs"));
        StringBuilder instances = new StringBuilder();
        for (int host = 0; host < 30; host++) {
            String id = "i-%017x".formatted(host + 1);
            String name = NAMES.get(host % NAMES.size());
            log(host, id, name).write(logs.resolve("host-" + host + ".jsonl"));
            instances
                    .append(host == 0 ? "" : ",")
                    .append("{\"InstanceId\":\"%s\",\"Tags\":[{\"Key\":\"Team\",\"Value\":\"%s\"}]}"
                            .formatted(id, name));
        }
        inventory = Files.writeString(
                folder.resolve("inventory.json"),
                "{\"Reservations\":[{\"OwnerId\":\"111122223333\",\"Instances\":[" + instances + "]}]}");
        earlier = Files.writeString(
                folder.resolve("earlier.json"),
                Reports.run(Reports.at(options(ReportFormat.JSON), END.minus(Duration.ofDays(3))))
                        .out());
    }

    private static SampleLog log(int host, String id, String name) {
        SampleLog log = new SampleLog(id, name)
                .watched(END.minus(Duration.ofDays(host % 3 == 0 ? 16 : 8)), END)
                .schedules("0 4 1 * * invoice.sh --of all customers");
        Program program = new Program(
                name + (host % 5) + ".service",
                "%016x".formatted(host % 24 + 1),
                "/opt/" + name + "/bin/run",
                "python3 /opt/" + name + " --" + name,
                host % 2 == 0 ? "Boto3/1.9.0 Python/3.6.8 Linux/4.14 Botocore/1.12.0" : "curl/7.88.1");
        Instant time = END.minus(Duration.ofHours(host + 1));
        switch (host % 6) {
            case 0 -> log.v2(time, program);
            case 1 -> log.rejected(time, program);
            case 2 -> log.fallback(time, program);
            case 3 -> log.unknown(time, program);
            case 4 -> log.bareProbe(time, program, 200).gap(time, time.plusSeconds(90));
            default -> log.v1(time, program).started(time);
        }
        return log;
    }

    private static ReportOptions options(ReportFormat format) {
        return Reports.options(format, folder.resolve("logs"));
    }

    private static String report(int columns, boolean colour) {
        ReportOptions plain = options(ReportFormat.TEXT);
        ReportOptions fitted = new ReportOptions(
                plain.inputs(),
                plain.format(),
                null,
                null,
                plain.window(),
                List.of(),
                List.of(),
                earlier.toString(),
                inventory.toString(),
                null,
                colour,
                columns,
                false,
                Set.of(),
                Grouping.OWNER,
                Reports.NOW);
        return Reports.run(fitted).out();
    }

    private static String show(String input, int columns, boolean colour) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ShowOptions.Filter all = new ShowOptions.Filter(null, null, List.of(), List.of(), List.of(), List.of());
        new Show(new ShowOptions(List.of(input), all, false, colour, columns), new PrintStream(out, false, UTF_8))
                .run(InputStream.nullInputStream());
        return out.toString(UTF_8);
    }

    private static String withoutColours(String text) {
        return text.replaceAll("\u001b\\[[0-9;]*m", "");
    }

    /** Where a command goes on in the next line, as the shell reads it. */
    private static List<String> words(String text) {
        return List.of(withoutColours(text).replaceAll(" \\\\\n *", " ").strip().split("\\s+", -1));
    }

    /** A word that nothing may break, alone or behind the column of a time, a word or numbers; or a line of source code to copy. */
    private static boolean isWhole(String line) {
        String text = line.replaceAll(" \\\\$", "").replaceAll("'[^']*'|\"[^\"]*\"", "q");
        int last = text.lastIndexOf(' ') + 1;
        return TokenSnippet.isLine(line.strip())
                || text.isBlank()
                || COLUMNS.contains(last)
                || text.substring(0, last).isBlank();
    }

    private static void assertFits(String text, int columns) {
        assertThat(withoutColours(text).lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(DisplayWidth.of(line) <= columns || isWhole(line))
                        .as("%d columns in %d: %s", DisplayWidth.of(line), columns, line)
                        .isTrue());
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 60, 80, 100, 120, 200})
    void theReportFits(int columns) {
        String text = report(columns, false);

        assertFits(text, columns);
        assertThat(words(text)).isEqualTo(words(report(0, false)));
        assertThat(withoutColours(report(columns, true))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 60, 80, 100, 120, 200})
    void theShownLogFits(int columns) throws Exception {
        for (String input : List.of("logs", "logs/host-1.jsonl", "logs/host-2.jsonl", "logs/host-3.jsonl")) {
            String path = folder.resolve(input).toString();
            String text = show(path, columns, false);

            assertFits(text, columns);
            // Chains are cut at their links to fit, and marked.
            assertThat(words(show(path, 0, false))).containsAll(words(text.replace(" < …", "")));
            assertThat(withoutColours(show(path, columns, true))).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 120})
    void coloursEndWithTheLine(int columns) throws Exception {
        String both = report(columns, true) + show(folder.resolve("logs").toString(), columns, true);

        assertThat(both.lines())
                .allSatisfy(line -> assertThat(line.lastIndexOf("\u001b[") < 0
                                || line.startsWith("\u001b[0m", line.lastIndexOf("\u001b[")))
                        .as(line)
                        .isTrue());
    }

    @Test
    void aPipeGetsWholeLines() throws Exception {
        String shown = show(folder.resolve("logs").toString(), 0, false);

        assertThat(report(0, false)).doesNotContain(" \\\n");
        assertThat(shown.lines().filter(line -> line.matches("2026-.* IMDS.*")))
                .hasSize(30)
                .allSatisfy(
                        line -> assertThat(line).contains(".service  curl[6028] < makeCalls.sh[6027] < sshd[4070]"));
    }
}
