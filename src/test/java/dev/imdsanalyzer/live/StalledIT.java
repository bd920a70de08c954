package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An analyzer that gets no processor for a while, as beside other work on a small host, or on one that slept. */
@LiveTest
class StalledIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int CALLS = 5;

    /** Time itself is what is tested here: no condition tells that it has passed. */
    private static final int LONGER_THAN_AN_ANSWER_IS_WAITED_FOR_MILLIS = 2_500;

    private static final long STOPPED_MILLIS = 500;

    @Test
    void answerThatWaitsInTheRingIsAnAnswer(@TempDir Path folder) throws InterruptedException {
        try (ImdsScene scene = ImdsScene.create(folder, 0);
                Analyzer analyzer = Analyzer.start(scene.topology().host(), folder, "limits.response_seconds=1")) {
            for (int call = 0; call < CALLS; call++) {
                int before = scene.emulator().truth().size();
                Process client = client(scene);
                // Its answer comes 500 ms after it.
                Await.until(
                        "the request has come",
                        LIMIT,
                        () -> scene.emulator().truth().size() > before,
                        analyzer::diagnostics);
                analyzer.signal("STOP");
                // Its packets come first, so that the ring still holds the answer when the clock is looked at.
                scene.calls("other", 1);
                client.waitFor();
                TimeUnit.MILLISECONDS.sleep(LONGER_THAN_AN_ANSWER_IS_WAITED_FOR_MILLIS);
                analyzer.signal("CONT");
                int logged = 2 * (call + 1);
                Await.until("it is logged", LIMIT, () -> analyzer.requests().size() >= logged, analyzer::diagnostics);
            }
            assertThat(analyzer.requests())
                    .hasSize(2 * CALLS)
                    .allMatch(line -> line.number("http.response.status_code").orElse(0L) == 200);
        }
    }

    /** What comes meanwhile has to fit the kernel's buffer, in few packets and in many, small ones and larger ones. */
    @ParameterizedTest
    @CsvSource({"sparse one-shot, 30, true, --rate 50/s", "dense one-shot, 700, true, -s", "dense kept, 800, false, -s"
    })
    void callsThatComeWhileItIsStoppedAreAllThereAfterwards(
            String name, int calls, boolean oneShot, String option, @TempDir Path folder) throws InterruptedException {
        try (ImdsScene scene = ImdsScene.create(folder, 0);
                Analyzer analyzer = Analyzer.start(scene.topology().host(), folder)) {
            analyzer.signal("STOP");
            long stopped = System.nanoTime();
            List<String> command = new ArrayList<>(List.of("curl", "-o", "/dev/null"));
            command.addAll(List.of(option.split(" ")));
            command.addAll(List.of("-H", oneShot ? "Connection: close" : "Connection: keep-alive"));
            command.add(ImdsScene.url("/latest/meta-data/ami-id?[1-" + calls + "]"));
            Processes.run(scene.topology().host().command(command), "", LIMIT);
            TimeUnit.NANOSECONDS.sleep(TimeUnit.MILLISECONDS.toNanos(STOPPED_MILLIS) - (System.nanoTime() - stopped));
            analyzer.signal("CONT");

            Await.until(
                    name + " calls are logged",
                    LIMIT,
                    () -> analyzer.requests().size() >= calls,
                    () -> analyzer.requests().size() + "\n" + analyzer.diagnostics());
            assertThat(analyzer.stop()).isZero();
            assertThat(analyzer.requests())
                    .extracting(LogLine::target)
                    .containsExactlyInAnyOrderElementsOf(scene.emulator().truth().stream()
                            .map(TruthRecord::target)
                            .toList());
            assertThat(analyzer.lines())
                    .noneMatch(line -> line.number("imds.counters.kernel_drops").orElse(0L) > 0);
        }
    }

    private static Process client(ImdsScene scene) {
        try {
            return scene.topology()
                    .host()
                    .command(List.of("curl", "-s", "-o", "/dev/null", ImdsScene.url("/latest/test/slow")))
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
