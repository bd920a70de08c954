package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More work than the processors do, at the same priority, and the memory of the default. */
@LiveTest
class PressureIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int CALLS = 600;
    private static final int AT_A_TIME = 32;
    private static final int BUSY_LOOPS = 2;

    /** A packet of the container's passes its own device, the bridge, and the host's device. */
    @Test
    void everyOneShotCallIsLoggedBesideBusyLoops(@TempDir Path folder) {
        try (ImdsScene scene = ImdsScene.create(folder, 1);
                Analyzer analyzer = Analyzer.start(scene.topology().host(), folder)) {
            List<Process> loops = new ArrayList<>();
            try {
                for (int loop = 0; loop < BUSY_LOOPS; loop++) {
                    loops.add(Processes.start(
                            new ProcessBuilder("timeout", "" + LIMIT.toSeconds(), "sh", "-c", "while :; do :; done")));
                }
                oneShots(scene.topology().container(0), "container");
                oneShots(scene.topology().host(), "host");
            } finally {
                loops.forEach(Processes::stop);
            }
            Await.until(
                    "all calls are logged",
                    LIMIT,
                    () -> analyzer.requests().size() >= scene.emulator().truth().size(),
                    () -> analyzer.requests().size() + " of "
                            + scene.emulator().truth().size() + "\n" + analyzer.diagnostics());
            assertThat(scene.emulator().truth()).hasSize(2 * CALLS);
            assertThat(analyzer.stop()).isZero();
            assertThat(analyzer.requests())
                    .extracting(LogLine::target)
                    .containsExactlyInAnyOrderElementsOf(scene.emulator().truth().stream()
                            .map(TruthRecord::target)
                            .toList());
            assertThat(analyzer.requests())
                    .allMatch(line -> line.text("imds.version").orElseThrow().equals("v1")
                            && line.number("http.response.status_code").orElse(0L) == 200);
            assertThat(analyzer.lines())
                    .noneMatch(line -> line.number("imds.counters.kernel_drops").orElse(0L) > 0);
        }
    }

    private static void oneShots(NetworkNamespace namespace, String name) {
        String each = "for number; do curl -s -o /dev/null -m 60 \"$0$number\"; done";
        Processes.run(
                namespace.command(List.of(
                        "xargs",
                        "-P",
                        "" + AT_A_TIME,
                        "-n",
                        "" + (CALLS + AT_A_TIME - 1) / AT_A_TIME,
                        "sh",
                        "-c",
                        each,
                        ImdsScene.url("/latest/meta-data/instance-id?" + name + "-"))),
                String.join(
                        "\n",
                        IntStream.range(0, CALLS).mapToObj(Integer::toString).toList()),
                LIMIT);
    }
}
