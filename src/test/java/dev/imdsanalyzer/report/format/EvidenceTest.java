package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.ReportOptions;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import dev.imdsanalyzer.status.ToolVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Sums are compared with those of coreutils' sha256sum, which knows nothing of how we read. */
@LinuxOnly("coreutils")
class EvidenceTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);

    @TempDir
    private Path folder;

    private SampleLog sample;

    @BeforeEach
    void makeLog() {
        sample = new SampleLog(Reports.INSTANCE, "web-1")
                .watched(END.minus(Duration.ofDays(15)), END)
                .v2(END.minusSeconds(20), Program.BOTO);
    }

    @Test
    void everyFileOfAFolderStandsWithItsSumAsStored() throws IOException {
        Path plain = sample.write(folder.resolve("b.jsonl"));
        Path packed = sample.writeGzip(folder.resolve("a.jsonl.gz"));
        JsonNode inputs = evidence(Reports.options(ReportFormat.JSON, folder)).path("inputs");

        assertThat(inputs).hasSize(2);
        assertFile(inputs.get(0), packed, true);
        assertFile(inputs.get(1), plain, true);
        assertThat(inputs.get(0).path("lines").asLong())
                .isEqualTo(sample.lines().size());
        assertThat(inputs.get(1).path("lines").asLong())
                .isEqualTo(sample.lines().size());
    }

    /** Reading stops at the damage; the sum is that of the whole file all the same. */
    @Test
    void aCutOrDamagedFileHasItsSumAndIsNotWhole() throws IOException {
        byte[] packed = Files.readAllBytes(sample.writeGzip(folder.resolve("whole.gz")));
        byte[] damaged = packed.clone();
        Arrays.fill(damaged, packed.length / 2, packed.length / 2 + 40, (byte) 0xff);
        byte[] padded = Arrays.copyOf(damaged, damaged.length + 300_000);
        Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(packed, packed.length / 2));
        Path broken = Files.write(folder.resolve("damaged.gz"), padded);

        JsonNode inputs =
                evidence(Reports.options(ReportFormat.JSON, cut, broken)).path("inputs");

        assertFile(inputs.get(0), cut, false);
        assertFile(inputs.get(1), broken, false);
    }

    /** Something that is no log is never read; then there is no sum to show. */
    @Test
    void whatWasRefusedHasNoSum() throws IOException {
        sample.write(folder.resolve("a.jsonl"));
        Files.write(folder.resolve("b"), new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0});
        JsonNode refused = evidence(Reports.options(ReportFormat.JSON, folder))
                .path("inputs")
                .get(1);
        assertThat(refused.path("whole").asBoolean(true)).isFalse();
        assertThat(refused.has("sha256")).isFalse();
        assertThat(refused.path("bytes").asLong()).isEqualTo(18);
    }

    @Test
    void standardInputIsDigestedAsItComes() throws IOException {
        Path packed = sample.writeGzip(folder.resolve("a.gz"));
        ReportOptions options = options(ReportFormat.JSON, "-");
        JsonNode input = new ObjectMapper()
                .readTree(Reports.run(options, new ByteArrayInputStream(Files.readAllBytes(packed)))
                        .out())
                .at("/evidence/inputs/0");
        assertThat(input.path("name").asString()).isEqualTo("standard input");
        assertThat(input.path("sha256").asString()).isEqualTo(sha256sum(packed));
        assertThat(input.path("bytes").asLong()).isEqualTo(Files.size(packed));
    }

    @Test
    void aPipeIsDigestedAsItComes() throws Exception {
        Path content = sample.write(folder.resolve("a.jsonl"));
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (OutputStream out = Files.newOutputStream(pipe)) {
                Files.copy(content, out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        JsonNode input = evidence(Reports.options(ReportFormat.JSON, pipe)).at("/inputs/0");
        writer.join();
        assertFile(input, pipe.toString(), content, true);
    }

    @Test
    void metricsAndInventoryAreInputsToo() throws IOException {
        Path log = sample.write(folder.resolve("a.jsonl"));
        Path metric =
                Files.writeString(folder.resolve("metric.json"), "{\"Label\":\"MetadataNoToken\",\"Datapoints\":[]}");
        Path inventory = inventory("required", "optional");
        JsonNode evidence = evidence(Reports.withMetrics(Reports.options(ReportFormat.JSON, log), metric)
                .withInventory(inventory.toString()));
        JsonNode inputs = evidence.path("inputs");
        assertThat(inputs).hasSize(3);
        assertFile(inputs.get(1), metric, true);
        assertThat(inputs.get(1).path("kind").asString()).isEqualTo("metric");
        assertFile(inputs.get(2), inventory, true);
        assertThat(evidence.at("/benchmark/by_inventory").asString()).isEqualTo("fail");
        assertThat(evidence.at("/benchmark/optional").asLong()).isEqualTo(1);
    }

    @Test
    void theBenchmarkIsPassedOnlyByAWholeInventoryThatRequiresItEverywhere() throws IOException {
        Path log = sample.write(folder.resolve("a.jsonl"));
        ReportOptions options = Reports.options(ReportFormat.JSON, log);
        assertThat(answer(options)).isEqualTo("not-known");
        assertThat(answer(
                        options.withInventory(inventory("required", "required").toString())))
                .isEqualTo("pass");
        assertThat(answer(options.withInventory(inventory("required", "").toString())))
                .isEqualTo("not-known");
        Path page = Files.writeString(
                folder.resolve("page"),
                Files.readString(inventory("required")).replaceFirst("\\{", "{\"NextToken\":\"more\","));
        assertThat(answer(options.withInventory(page.toString()))).isEqualTo("not-known");
    }

    private String answer(ReportOptions options) {
        return evidence(options).at("/benchmark/by_inventory").asString();
    }

    @Test
    void coverageNamesTheGapsOfTheWindow() throws IOException {
        Instant from = END.minus(Duration.ofDays(15));
        Path log = new SampleLog(Reports.INSTANCE, "web-1")
                .watched(from, END.minusSeconds(7_200))
                .watched(END.minusSeconds(3_600), END)
                .write(folder.resolve("a.jsonl"));
        JsonNode coverage = evidence(Reports.options(ReportFormat.JSON, log)).at("/coverage/0");
        assertThat(coverage.path("gap_seconds").asLong()).isEqualTo(3_600);
        assertThat(coverage.path("watched_seconds").asLong()).isEqualTo(14 * 86_400 - 3_600);
        assertThat(coverage.path("gaps")).hasSize(1);
        assertThat(Instant.parse(coverage.at("/gaps/0/start").asString())).isEqualTo(END.minusSeconds(7_200));
        assertThat(Instant.parse(coverage.at("/gaps/0/end").asString())).isEqualTo(END.minusSeconds(3_600));
    }

    @Test
    void thePlanHasTheCommandsOfThisFleetAndSaysWhereThereIsNoWayBack() throws IOException {
        Path log = sample.write(folder.resolve("a.jsonl"));
        JsonNode evidence = evidence(Reports.options(ReportFormat.JSON, log));
        assertThat(evidence.path("version").asString())
                .isEqualTo(ToolVersion.read())
                .isNotEmpty();
        assertThat(evidence.at("/implementation/instances/0/apply_now").asBoolean())
                .isTrue();
        assertThat(evidence.at("/implementation/instances/0/steps/0/commands/0").asString())
                .contains("--instance-id " + Reports.INSTANCE, "--http-tokens required");
        assertThat(evidence.at("/back_out/instances/0/steps/0/commands/1").asString())
                .contains("--instance-id " + Reports.INSTANCE, "--http-tokens optional");
        assertThat(evidence.at("/back_out/no_way_back").asString())
                .startsWith("No way back where the account enforces");
        assertThat(evidence.at("/witnesses/0/answer").asString()).isEqualTo("not-asked");
        assertThat(evidence.at("/witnesses/1/answer").asString()).isEqualTo("not-asked");
    }

    @Test
    void aCallerInTheWayMakesThePlanOneForLater() throws IOException {
        Path log = sample.v1(END.minusSeconds(10), Program.CURL).write(folder.resolve("a.jsonl"));
        JsonNode plan = evidence(Reports.options(ReportFormat.JSON, log)).at("/implementation/instances/0");
        assertThat(plan.path("apply_now").asBoolean(true)).isFalse();
        assertThat(plan.path("verdict").asString()).isEqualTo("not-ready");
    }

    /** CloudWatch counted calls that the log does not have: the witness does not agree. */
    @Test
    void aWitnessThatSawMoreIsNotAgreed() throws IOException {
        Path log = sample.write(folder.resolve("a.jsonl"));
        Path metric = Files.writeString(
                folder.resolve(Reports.INSTANCE + ".json"),
                "{\"Label\":\"MetadataNoToken\",\"Datapoints\":[{\"Timestamp\":\"" + END.minusSeconds(86_340)
                        + "\",\"Sum\":5.0,\"Unit\":\"None\"}]}");
        ReportOptions options = Reports.withMetrics(Reports.options(ReportFormat.JSON, log), metric);
        JsonNode witness = evidence(options).at("/witnesses/0");
        assertThat(witness.path("answer").asString()).isEqualTo("not-agreed");
        assertThat(witness.at("/not_agreed/0").asString()).isEqualTo(Reports.INSTANCE);
    }

    @Test
    void namesOfFilesStayTextInThePage() throws IOException {
        Path log = sample.write(folder.resolve("<img src=x onerror=alert(1)>\u001b[31m.jsonl"));
        String page = Reports.run(Reports.options(ReportFormat.HTML, log)).out();
        assertThat(page)
                .contains("<h2>Evidence</h2>")
                .contains("<code>" + sha256sum(log) + "</code>")
                .contains("&lt;img src=x onerror=alert(1)&gt;")
                .doesNotContain("<img src=x")
                .doesNotContain("\u001b");
        String json = Reports.run(Reports.options(ReportFormat.JSON, log)).out();
        assertThat(json).doesNotContain("\u001b");
    }

    private Path inventory(String... tokens) throws IOException {
        StringBuilder instances = new StringBuilder();
        for (int i = 0; i < tokens.length; i++) {
            instances
                    .append(i == 0 ? "" : ",")
                    .append("{\"InstanceId\":\"i-0123456789abcdef")
                    .append(i)
                    .append("\",\"State\":{\"Name\":\"running\"},\"MetadataOptions\":{\"HttpTokens\":\"")
                    .append(tokens[i])
                    .append("\"}}");
        }
        return Files.writeString(
                folder.resolve("inventory"), "{\"Reservations\":[{\"Instances\":[" + instances + "]}]}\n\n");
    }

    private static ReportOptions options(ReportFormat format, String... inputs) {
        return new ReportOptions(
                List.of(inputs),
                format,
                null,
                null,
                ReportOptions.DEFAULT_WINDOW,
                List.of(),
                false,
                0,
                false,
                Reports.NOW);
    }

    private static JsonNode evidence(ReportOptions options) {
        return new ObjectMapper().readTree(Reports.run(options).out()).path("evidence");
    }

    private static void assertFile(JsonNode input, Path file, boolean whole) throws IOException {
        assertFile(input, file.toString(), file, whole);
    }

    private static void assertFile(JsonNode input, String name, Path content, boolean whole) throws IOException {
        assertThat(input.path("name").asString()).isEqualTo(name);
        assertThat(input.path("bytes").asLong()).isEqualTo(Files.size(content));
        assertThat(input.path("sha256").asString()).isEqualTo(sha256sum(content));
        assertThat(input.path("whole").asBoolean()).isEqualTo(whole);
    }

    private static String sha256sum(Path file) throws IOException {
        Process process =
                new ProcessBuilder("sha256sum").redirectInput(file.toFile()).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).substring(0, 64);
    }
}
