package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An analyzer that gets no processor for a while, as beside other work on a small host, or on one that slept. */
@LiveTest
class StalledIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int CALLS = 5;

    /** The request was seen, its answer comes 500 ms after it. */
    private static final int BEFORE_THE_ANSWER_MILLIS = 250;

    private static final int LONGER_THAN_AN_ANSWER_IS_WAITED_FOR_MILLIS = 2_500;

    @Test
    void answerThatWaitsInTheRingIsAnAnswer(@TempDir Path folder) throws InterruptedException {
        try (ImdsScene scene = ImdsScene.create(folder, 0);
                Analyzer analyzer = Analyzer.start(scene.topology().host(), folder, "limits.response_seconds=1")) {
            for (int call = 0; call < CALLS; call++) {
                Process client = client(scene);
                TimeUnit.MILLISECONDS.sleep(BEFORE_THE_ANSWER_MILLIS);
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
