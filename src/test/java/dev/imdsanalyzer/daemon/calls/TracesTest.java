package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.daemon.calls.ConnectionFrames.Sent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Captures that are described in words, each with the lines that come of it beside it: a line that changes is a difference to
 * be reviewed. {@code UPDATE_TRACES=1} writes them anew; {@code traces/README.md} has the words.
 */
class TracesTest {
    private static final Path FOLDER = Path.of("src/test/resources/dev/imdsanalyzer/daemon/calls/traces");
    private static final long EPOCH_NANOS = 1_800_000_000_000_000_000L;
    private static final JsonMapper JSON = new JsonMapper();

    static Stream<String> traces() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".trace"))
                    .map(name -> name.replace(".trace", ""))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("traces")
    void aTraceGivesItsLines(String name) throws IOException {
        String lines = String.join("\n", lines(Files.readAllLines(FOLDER.resolve(name + ".trace")))) + "\n";
        Path baseline = FOLDER.resolve(name + ".lines");
        if (System.getenv("UPDATE_TRACES") != null) {
            Files.writeString(baseline, lines);
        }
        assertThat(lines).isEqualTo(Files.readString(baseline));
    }

    @Test
    void noBaselineIsWithoutItsTrace() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.filter(file -> file.toString().endsWith(".lines"))
                            .map(file -> file.getFileName().toString().replace(".lines", "")))
                    .containsExactlyInAnyOrderElementsOf(traces().toList());
        }
    }

    private static List<String> lines(List<String> trace) {
        Player player = new Player();
        trace.stream().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(player::play);
        return player.lines();
    }

    /** Plays the words of a trace to all stages. */
    private static final class Player {
        private final LinePipeline pipeline = new LinePipeline();
        private final Map<Integer, ConnectionFrames> connections = new HashMap<>();
        private final List<Sent> late = new ArrayList<>();
        private ConnectionFrames current;
        private long now = EPOCH_NANOS;

        void play(String line) {
            String[] words = line.split(" ", 2);
            String rest = words.length > 1 ? words[1] : "";
            int before = current == null ? 0 : current.frames().size();
            switch (words[0]) {
                case "connection" -> {
                    int port = Integer.parseInt(rest);
                    current = connections.computeIfAbsent(port, ConnectionFrames::new);
                    return;
                }
                case "open" -> current.open();
                case "acknowledge" -> current.acknowledge();
                case "close" -> current.close();
                case "wait" -> {
                    now += (long) (Double.parseDouble(rest) * 1e9);
                    pipeline.onIdle(now);
                    return;
                }
                case ">", "<" -> send(words[0].equals(">"), rest);
                default -> throw new IllegalArgumentException(line);
            }
            List<Sent> frames = current.frames();
            deliver(frames.subList(before, frames.size()));
        }

        private void send(boolean fromClient, String rest) {
            String[] words = rest.split(" ", 2);
            int before = current.frames().size();
            switch (words[0]) {
                case "lost" -> {
                    current.send(fromClient, bytes(words[1]), 1_400);
                    current.frames().subList(before, current.frames().size()).clear();
                }
                case "twice" -> {
                    current.send(fromClient, bytes(words[1]), 1_400);
                    current.frames()
                            .addAll(List.copyOf(current.frames()
                                    .subList(before, current.frames().size())));
                }
                case "elsewhere" -> {
                    current.send(fromClient, bytes(words[1]), 1_400);
                    for (Sent sent : List.copyOf(
                            current.frames().subList(before, current.frames().size()))) {
                        current.frames().add(sent.elsewhere());
                    }
                }
                case "late" -> {
                    current.send(fromClient, bytes(words[1]), 1_400);
                    List<Sent> own =
                            current.frames().subList(before, current.frames().size());
                    late.addAll(own);
                    own.clear();
                }
                case "pieces" -> {
                    String[] sized = words[1].split(" ", 2);
                    current.send(fromClient, bytes(sized[1]), Integer.parseInt(sized[0]));
                }
                default -> current.send(fromClient, bytes(rest), 1_400);
            }
        }

        /** What was kept back comes behind the next that is seen. */
        private void deliver(List<Sent> frames) {
            now = ConnectionFrames.feed(frames, now, pipeline);
            if (!frames.isEmpty() && !late.isEmpty()) {
                now = ConnectionFrames.feed(late, now, pipeline);
                late.clear();
            }
            now += 1_000_000;
        }

        private static byte[] bytes(String text) {
            return text.replaceAll(" ?\\| ?", "\r\n")
                    .replace("\\n", "\n")
                    .replace("\\0", "\0")
                    .getBytes(StandardCharsets.ISO_8859_1);
        }

        /** Without what belongs to the run. */
        List<String> lines() {
            List<String> lines = new ArrayList<>();
            for (String line : pipeline.lines()) {
                JsonNode tree = JSON.readTree(line);
                ((ObjectNode) tree).remove(List.of("host", "agent", "ecs", "cloud"));
                lines.add(tree.toString());
            }
            return lines;
        }
    }
}
