package dev.imdsanalyzer.report.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerPiecesTest {
    private static final String BEGIN =
            "{\"timestamp\":\"2026-11-21T12:00:01Z\",\"event\":{\"action\":\"imds-request\"},\"process\":{\"command_line\":\"";
    private static final String EVENT = BEGIN + "curl  x ü \\\"y\\\" \"}}";

    private final List<String> events = new ArrayList<>();
    private final LogReader reader =
            new LogReader((line, source) -> events.add(line.text(Field.COMMAND_LINE)), new Progress(null));

    @Test
    void dockersPiecesAreJoinedWhereverTheyWereCut() throws IOException {
        for (int cut = 1; cut < EVENT.length(); cut++) {
            events.clear();
            read(docker("stdout", EVENT.substring(0, cut)) + docker("stdout", EVENT.substring(cut) + "\n"));
            assertThat(events).as("cut at " + cut).containsExactly("curl  x ü \"y\" ");
        }
        assertThat(reader.counts().broken() + reader.counts().foreign()).isZero();
    }

    @Test
    void piecesOfTheCriAreJoinedWhereverTheyWereCut() throws IOException {
        for (int cut = 1; cut < EVENT.length(); cut++) {
            events.clear();
            read(cri("stdout P ", EVENT.substring(0, cut)) + cri("stdout F ", EVENT.substring(cut)));
            assertThat(events).as("cut at " + cut).containsExactly("curl  x ü \"y\" ");
        }
        assertThat(reader.counts().broken() + reader.counts().foreign()).isZero();
    }

    @Test
    void theTwoStreamsAreJoinedEachByItself() throws IOException {
        read(docker("stdout", EVENT.substring(0, 50))
                + docker("stderr", "{\"a\":")
                + docker("stdout", EVENT.substring(50, 100))
                + docker("stderr", "1}\n")
                + docker("stdout", EVENT.substring(100) + "\n"));
        assertThat(events).hasSize(1);
        assertThat(reader.counts().foreign()).isEqualTo(1);
    }

    @Test
    void eventsLongerThanManyPiecesAreJoined() throws IOException {
        String text = BEGIN + "x".repeat(60_000) + "\"}}\n";
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < text.length(); i += 16_384) {
            log.append(docker("stdout", text.substring(i, Math.min(text.length(), i + 16_384))));
        }
        read(log.toString());
        assertThat(events).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n"})
    void wholeLinesNeedNoLineFeed(String end) throws IOException {
        read(docker("stdout", EVENT + end)
                + docker("stdout", "hello" + end)
                + docker("stdout", EVENT.replace("01Z", "02Z") + end));
        assertThat(events).hasSize(2);
        assertThat(reader.counts().foreign()).isEqualTo(1);
        assertThat(reader.counts().broken()).isZero();
    }

    @Test
    void piecesWhoseLastNeverCameAreBroken() throws IOException {
        read(docker("stdout", EVENT.substring(0, 80)));
        read(cri("stdout P ", EVENT.substring(0, 80)));
        assertThat(reader.counts().broken()).isEqualTo(2);
    }

    @Test
    void piecesPastTheBoundAreBrokenAndTakeNoMemory() throws IOException {
        StringBuilder log = new StringBuilder(docker("stdout", BEGIN));
        String piece = docker("stdout", "x".repeat(1 << 20));
        for (int i = 0; i < 6; i++) {
            log.append(piece);
        }
        read(log + docker("stdout", "\"}}\n") + docker("stdout", EVENT + "\n"));
        assertThat(events).hasSize(1);
        assertThat(reader.counts().broken()).isEqualTo(1);
    }

    private static String docker(String stream, String piece) {
        return "{\"log\":\"" + piece.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
                + "\",\"stream\":\"" + stream + "\",\"time\":\"2026-11-21T12:00:00.123456789Z\"}\n";
    }

    private static String cri(String tag, String piece) {
        return "2026-11-21T12:00:00.123456789Z " + tag + piece + "\n";
    }

    private void read(String log) throws IOException {
        reader.read(List.of("-"), new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
    }
}
