package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Heads that fill many segments, which leave in few pieces, on many connections at once: as many as fit the default memory
 * where this process gets no processor meanwhile. A packet of the container's passes three devices.
 */
@LiveTest
class LongHeadsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @ParameterizedTest
    @CsvSource({"6000, 40, false", "6000, 40, true", "30000, 24, false", "30000, 8, true"})
    void noneLosesItsPathOrItsVersion(int headBytes, int atOnce, boolean fromContainer, @TempDir Path folder)
            throws IOException {
        Path padding = folder.resolve("padding");
        Files.writeString(padding, padding(headBytes));
        try (ImdsScene scene = ImdsScene.create(folder, 1);
                Analyzer analyzer = Analyzer.start(scene.topology().host(), folder)) {
            NetworkNamespace caller = fromContainer
                    ? scene.topology().container(0)
                    : scene.topology().host();
            // What the first call of all takes longer for is no matter here.
            ImdsScene.curl(caller, ImdsScene.url("/latest/meta-data/ami-id?first"));
            awaitLines(analyzer, 1);
            call(caller, "without-token", atOnce, padding);
            awaitLines(analyzer, 1 + atOnce);
            call(caller, "with-token", atOnce, padding, "-H", "X-aws-ec2-metadata-token: behind-the-padding");
            awaitLines(analyzer, 1 + 2 * atOnce);
            assertThat(analyzer.stop()).isZero();
            assertThat(scene.emulator().truth()).hasSize(1 + 2 * atOnce);
            assertThat(analyzer.lines())
                    .noneMatch(line -> line.number("imds.counters.kernel_drops").orElse(0L) > 0)
                    .noneMatch(line ->
                            line.number("imds.counters.long_packets_cut").orElse(0L) > 0);
            LoggedCalls.assertEachIsLoggedOnce(scene.emulator().truth(), analyzer.requests());
        }
    }

    private static void awaitLines(Analyzer analyzer, int count) {
        Await.until(
                count + " calls are logged",
                LIMIT,
                () -> analyzer.requests().size() >= count,
                () -> analyzer.requests().size() + "\n" + analyzer.diagnostics());
    }

    /** Fields that servers take. */
    private static String padding(int bytes) {
        int fieldBytes = 1000;
        StringBuilder fields = new StringBuilder();
        for (int number = 0; fields.length() < bytes; number++) {
            String name = "X-Padding-" + number + ": ";
            fields.append(name)
                    .append("x".repeat(fieldBytes - name.length() - 1))
                    .append('\n');
        }
        return fields.toString();
    }

    private static void call(NetworkNamespace caller, String name, int atOnce, Path padding, String... options) {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "-o",
                "/dev/null",
                "--parallel",
                "--parallel-immediate",
                "--parallel-max",
                "" + atOnce,
                "-H",
                "@" + padding));
        command.addAll(List.of(options));
        command.add(ImdsScene.url("/latest/meta-data/ami-id?" + name + "-[1-" + atOnce + "]"));
        Processes.run(caller.command(command), "", LIMIT);
    }
}
