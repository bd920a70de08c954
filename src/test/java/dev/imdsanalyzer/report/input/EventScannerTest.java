package dev.imdsanalyzer.report.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class EventScannerTest {
    private static final Path LINES = Path.of("src/test/resources/dev/imdsanalyzer/report/shapes/lines.jsonl");

    private final EventScanner scanner = new EventScanner();
    private final EventLine line = new EventLine();

    private boolean scan(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return scanner.scan(bytes, 0, bytes.length, line);
    }

    @Test
    void agreesWithJacksonOnEveryField() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        for (String text : Files.readAllLines(LINES)) {
            assertThat(scan(text)).isTrue();
            JsonNode tree = mapper.readTree(text);
            for (Field field : Field.values()) {
                JsonNode node = tree.at("/" + field.path().replace('.', '/'));
                if (node.isMissingNode()) {
                    assertThat(line.has(field)).as(field.path()).isFalse();
                } else if (node.isString()) {
                    assertThat(line.text(field)).as(field.path()).isEqualTo(node.stringValue());
                } else if (node.isNumber()) {
                    assertThat(line.decimal(field)).as(field.path()).isEqualTo(node.doubleValue());
                } else {
                    assertThat(mapper.readTree(line.json(field)))
                            .as(field.path())
                            .isEqualTo(node);
                }
            }
        }
    }

    @Test
    void readsFindings() {
        assertThat(scan("{\"imds\":{\"findings\":[\"throttled\", \"imdsv1-request\",\"not-known-yet\"]}}"))
                .isTrue();
        assertThat(line.has(Finding.THROTTLED)).isTrue();
        assertThat(line.has(Finding.IMDSV1_REQUEST)).isTrue();
        assertThat(line.has(Finding.IMDSV1_REJECTED)).isFalse();
    }

    @Test
    void equalTextsHashAlikeHoweverTheyAreEscaped() {
        scan("{\"url\":{\"path\":\"/a\\u002fb\\\"\\u00fc\"}}");
        long escaped = line.hash(Field.PATH);
        scan("{\"url\":{\"path\":\"/a/b\\\"ü\"}}");
        assertThat(line.hash(Field.PATH)).isEqualTo(escaped);
    }

    @Test
    void aScannerThatLearntFromOtherLinesReadsTheSame() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(LINES));
        lines.add(
                "{\"process\":{\"working_directory\":\"/\",\"working_directory_\":1,\"pid\":7},\"url\":{\"path\":\"/\"}}");
        lines.add(
                "{\"imds\":{\"packets\":{\"dropped_by_interface\":3,\"dropped_by_analyzer\":4,\"dropped_by_kernel\":5}}}");
        lines.add("{\"url\":{\"path\":\"/x\"},\"user\":{\"name\":\"a\"},\"timestamp\":\"2026-11-21T12:00:00Z\"}");
        Random random = new Random(11);
        for (int round = 0; round < 2_000; round++) {
            String text = lines.get(random.nextInt(lines.size()));
            assertThat(scan(text)).isTrue();
            EventLine fresh = new EventLine();
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertThat(new EventScanner().scan(bytes, 0, bytes.length, fresh)).isTrue();
            for (Field field : Field.values()) {
                assertThat(line.text(field)).as(field.path()).isEqualTo(fresh.text(field));
            }
            assertThat(line.findings()).isEqualTo(fresh.findings());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "}",
                "[]",
                "{}x",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":\"b}",
                "{\"a\":\"\\\"}",
                "{\"a\":[1}",
                "{\"a\":{\"b\":1}",
                "\"a\"",
                "{a:1}",
                "{\"a\":1 \"b\":2}"
            })
    void refusesWhatIsNoObject(String text) {
        assertThat(scan(text)).isFalse();
    }

    @Test
    void refusesEndlessNesting() {
        assertThat(scan("{\"a\":".repeat(100_000))).isFalse();
        assertThat(scan("{\"a\":" + "[".repeat(100_000))).isFalse();
    }

    @Test
    void everyCutIsRefusedAndNothingEscapes() throws IOException {
        byte[] bytes = Files.readAllLines(LINES).get(1).getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThat(scanner.scan(cut, 0, length, line)).isFalse();
        }
    }

    @Test
    void randomDamageNeverEscapesAsAnException() throws IOException {
        byte[] bytes = Files.readAllLines(LINES).get(0).getBytes(StandardCharsets.UTF_8);
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = bytes.clone();
            for (int i = 0; i < 1 + round % 5; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            if (scanner.scan(damaged, 0, damaged.length, line)) {
                for (Field field : Field.values()) {
                    line.text(field);
                    line.number(field, 0);
                    line.micros(field);
                }
                line.identity();
            }
        }
        assertThat(scanner.scan(bytes, 0, bytes.length, line)).isTrue();
    }
}
