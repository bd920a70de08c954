package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A caller sends two contents for the same bytes, and other segments that mean no good, to a Linux server: the log never
 * has another version, path or status than the server saw, and says that it does not know only where nobody can.
 *
 * <p>{@code decoys.runs} and {@code decoys.seed} are properties of the machine that runs it.
 */
@LiveTest
class DecoysIT {
    private static final int RUNS = Integer.getInteger("decoys.runs", 200);
    private static final int SEED = Integer.getInteger("decoys.seed", 1);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();
    /** What a capture in one place cannot tell from what arrives; see decoy_client.py. */
    private static final List<String> UNKNOWABLE = List.of("ttl", "signed", "route", "old-ack", "order");

    private record Run(int number, int port, int answered, List<String> sent) {
        boolean mayBeUnknown() {
            return sent.contains("was-reset") || sent.stream().anyMatch(UNKNOWABLE::contains);
        }

        static Run of(JsonNode row) {
            List<String> sent = StreamSupport.stream(row.get("sent").spliterator(), false)
                    .map(JsonNode::asString)
                    .toList();
            return new Run(
                    row.get("run").intValue(),
                    row.get("port").intValue(),
                    row.get("answered").intValue(),
                    sent);
        }
    }

    @TempDir
    Path folder;

    @Test
    void theLogHasWhatTheServerReceivedOrSaysThatItDoesNotKnow() throws IOException {
        try (Topology topology = Topology.create(0);
                ImdsEmulator emulator = ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl"));
                PacketFilter resets =
                        PacketFilter.dropping(topology.host(), "ip", "output", "tcp flags & rst == rst tcp dport 80");
                Analyzer analyzer = Analyzer.start(topology.host(), folder)) {
            List<Run> runs = run(topology.host());
            assertThat(runs).hasSize(RUNS);
            Map<Integer, List<TruthRecord>> truth = emulator.truth().stream()
                    .filter(one -> one.clientPort() < 32_768)
                    .collect(Collectors.groupingBy(TruthRecord::clientPort));
            int calls = truth.values().stream().mapToInt(List::size).sum();
            assertThat(calls).as("calls that were served").isGreaterThan(RUNS);
            Await.holds(LIMIT, () -> requests(analyzer).size() >= calls);
            assertThat(analyzer.stop()).isZero();
            Map<Integer, List<LogLine>> lines = requests(analyzer).stream()
                    .collect(Collectors.groupingBy(
                            line -> line.number("source.port").orElseThrow().intValue()));

            List<String> faults = new ArrayList<>();
            int unknown = 0;
            for (Run run : runs) {
                unknown += compare(
                        run, truth.getOrDefault(run.port, List.of()), lines.getOrDefault(run.port, List.of()), faults);
            }
            System.out.printf("%d runs, %d calls, %d unknown, %d faults%n", RUNS, calls, unknown, faults.size());
            assertThat(faults).as("seed %d", SEED).isEmpty();
            assertThat(resets).isNotNull();
        }
    }

    private static List<LogLine> requests(Analyzer analyzer) {
        return analyzer.requests().stream()
                .filter(line -> line.number("source.port").orElse(0L) < 32_768)
                .toList();
    }

    private static List<Run> run(NetworkNamespace host) throws IOException {
        Process client = Processes.start(
                host.command(List.of(Python.PROGRAM, ClientPrograms.python("decoy_client.py"), "" + RUNS, "" + SEED))
                        .redirectError(ProcessBuilder.Redirect.INHERIT));
        List<Run> runs = new ArrayList<>();
        try (BufferedReader output = client.inputReader()) {
            for (String row = output.readLine(); row != null; row = output.readLine()) {
                runs.add(Run.of(JSON.readTree(row)));
            }
        } finally {
            Processes.stop(client);
        }
        return runs;
    }

    /** Adds what is wrong to the faults; how many lines say that they do not know. */
    private static int compare(Run run, List<TruthRecord> truth, List<LogLine> lines, List<String> faults) {
        int unknown = 0;
        List<TruthRecord> left = new ArrayList<>(truth);
        for (LogLine line : lines) {
            String version = line.text("imds.version").orElse("unknown");
            if (version.equals("unknown")) {
                unknown++;
                continue;
            }
            TruthRecord same = left.stream()
                    .filter(one -> one.target().equals(line.target()))
                    // What the emulator refused to read has no version there.
                    .filter(one ->
                            one.version().equals(version) || one.version().equals("unknown"))
                    .filter(one -> line.number("http.response.status_code")
                            .map(status -> status == one.status().orElse(0))
                            .orElse(true))
                    .findFirst()
                    .orElse(null);
            boolean sentToNobody = run.sent.contains("was-reset")
                    && line.number("http.response.status_code").isEmpty();
            if (same == null && !sentToNobody) {
                faults.add("not what the server received: " + run + "\n  " + line + "\n  " + truth);
            }
            left.remove(same);
        }
        if (left.size() > unknown) {
            faults.add("not in the log: " + run + "\n  " + left + "\n  " + lines);
        }
        if (unknown > 0 && !run.mayBeUnknown()) {
            faults.add("unknown without need: " + run + "\n  " + lines + "\n  " + truth);
        }
        return unknown;
    }
}
