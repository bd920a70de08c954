package dev.imdsanalyzer.report.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputShapeTest {
    private static final Path SHAPES = Path.of("src/test/resources/dev/imdsanalyzer/report/shapes");

    @TempDir
    Path folder;

    private final List<String> events = new ArrayList<>();
    private final LogReader reader = new LogReader(
            (line, source) -> events.add(line.text(Field.TIMESTAMP) + " " + line.text(Field.ACTION) + " "
                    + line.text(Field.VERSION) + " " + line.text(Field.COMMAND_LINE) + " "
                    + line.number(Field.REPEAT_COUNT, 0)),
            new Progress(null));
    private List<String> expected;

    @BeforeEach
    void readPlainLines() throws IOException {
        new LogReader(
                        (line, source) -> events.add(line.text(Field.TIMESTAMP) + " " + line.text(Field.ACTION) + " "
                                + line.text(Field.VERSION) + " " + line.text(Field.COMMAND_LINE) + " "
                                + line.number(Field.REPEAT_COUNT, 0)),
                        new Progress(null))
                .read(List.of(SHAPES.resolve("lines.jsonl").toString()), InputStream.nullInputStream());
        expected = List.copyOf(events);
        events.clear();
        assertThat(expected).hasSize(4);
        assertThat(expected.get(1)).endsWith("/usr/bin/ssm \"ü\" \\n 1");
    }

    static Stream<String> shapes() {
        return Stream.of(
                "imds-2026-11-21.0.jsonl.gz",
                "tail-json.txt",
                "tail-detailed.txt",
                "tail-short.txt",
                "insights-console.json",
                "insights-console-objects.json",
                "insights-console.csv",
                "insights-cli.json",
                "filter-log-events.json",
                "subscription.ndjson",
                "s3-export");
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyShapeGivesTheSameEvents(String shape) throws IOException {
        reader.read(List.of(SHAPES.resolve(shape).toString()), InputStream.nullInputStream());
        assertThat(events).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(reader.counts().broken()).isZero();
        assertThat(reader.counts().foreign()).isEqualTo(shape.startsWith("s") ? 1 : 0);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyShapeMayComeFromStandardInput(String shape) throws IOException {
        Path file = SHAPES.resolve(shape);
        if (Files.isDirectory(file)) {
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            reader.read(List.of("-"), in);
        }
        assertThat(events).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void allShapesTogetherCountEachEventOnce() throws IOException {
        reader.read(List.of(SHAPES.toString()), InputStream.nullInputStream());
        assertThat(events).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(reader.counts().duplicates()).isEqualTo(11L * expected.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 1000})
    void anyBufferSizeGivesTheSameEvents(int bufferSize) throws IOException {
        byte[] bytes = Files.readAllBytes(SHAPES.resolve("tail-json.txt"));
        InputCounts counts = new InputCounts();
        try (LineCursor cursor = new LineCursor(new ByteArrayInputStream(bytes), counts, bufferSize)) {
            List<String> times = new ArrayList<>();
            while (cursor.next()) {
                times.add(cursor.line().text(Field.TIMESTAMP));
            }
            assertThat(times).hasSize(4);
        }
        assertThat(counts.foreign() + counts.broken()).isZero();
    }

    @Test
    void linesOfOthersAreCounted() throws IOException {
        String text = "hello\n{\"a\":1}\n\n2026-11-21T12:00:00 also {} not ours\n"
                + Files.readString(SHAPES.resolve("lines.jsonl")) + "[1,2]\n";
        reader.read(List.of("-"), stream(text));
        assertThat(events).containsExactlyElementsOf(expected);
        assertThat(reader.counts().foreign()).isEqualTo(4);
        assertThat(reader.counts().broken()).isZero();
    }

    @Test
    void halfLinesAreCountedAndTheRestIsUsed() throws IOException {
        String text = Files.readString(SHAPES.resolve("lines.jsonl"));
        reader.read(List.of("-"), stream(text.substring(text.length() / 8, text.length() - 20)));
        assertThat(events).hasSize(2);
        assertThat(reader.counts().broken() + reader.counts().foreign()).isEqualTo(2);
    }

    @Test
    void aLineEndlesslyLongIsLeftOut() throws IOException {
        String text = "{\"timestamp\":\"" + "x".repeat(LogJson.MAXIMUM_LINE * 2) + "\n"
                + Files.readString(SHAPES.resolve("lines.jsonl"));
        reader.read(List.of("-"), stream(text));
        assertThat(events).containsExactlyElementsOf(expected);
        assertThat(reader.counts().broken()).isEqualTo(1);
    }

    @Test
    void truncatedGzipIsUsedAsFarAsItGoes() throws IOException {
        byte[] whole = Files.readAllBytes(SHAPES.resolve("imds-2026-11-21.0.jsonl.gz"));
        Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(whole, whole.length - 9));
        reader.read(List.of(cut.toString()), InputStream.nullInputStream());
        assertThat(events).isNotEmpty();
        assertThat(reader.counts().damagedNames()).containsExactly(cut + ": cut short");
    }

    @Test
    void truncatedGzipOnStandardInputIsTold() throws IOException {
        byte[] whole = Files.readAllBytes(SHAPES.resolve("imds-2026-11-21.0.jsonl.gz"));
        reader.read(List.of("-"), new ByteArrayInputStream(Arrays.copyOf(whole, whole.length - 9)));
        assertThat(events).isNotEmpty();
        assertThat(reader.counts().damaged()).isEqualTo(1);
    }

    @Test
    void aFileThatIsOnlyAGzipHeaderIsToldAndNotFatal() throws IOException {
        Path cut = Files.write(folder.resolve("cut.gz"), new byte[] {0x1f, (byte) 0x8b});
        reader.read(List.of(cut.toString(), SHAPES.resolve("lines.jsonl").toString()), InputStream.nullInputStream());
        assertThat(events).hasSize(4);
        assertThat(reader.counts().damaged()).isEqualTo(1);
    }

    @Test
    void aCopyThatWentOnGrowingAddsOnlyItsNewLines() throws IOException {
        String text = Files.readString(SHAPES.resolve("lines.jsonl"));
        Path early = Files.writeString(folder.resolve("early.jsonl"), text.substring(0, text.length() / 2));
        reader.read(List.of(early.toString(), SHAPES.resolve("lines.jsonl").toString()), InputStream.nullInputStream());
        assertThat(events).containsExactlyElementsOf(expected);
    }

    @Test
    void memberNamesWithDotsAreTakenAsNested() throws IOException {
        reader.read(
                List.of("-"),
                stream(
                        "{\"timestamp\":\"2026-11-21T12:00:00Z\",\"event.action\":\"imds-request\",\"imds.version\":\"v1\"}"));
        assertThat(events).containsExactly("2026-11-21T12:00:00Z imds-request v1 null 0");
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
