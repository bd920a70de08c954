package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Callers found by their socket under /proc. Who is gone by then cannot be found, so these clients keep their connections
 * open until the log names them.
 */
@LiveTest
class NamedBySocketIT extends NamedClientsCases {
    @TempDir
    static Path folder;

    private static LiveScene scene;

    @BeforeAll
    static void setScene() {
        scene = LiveScene.set(folder, true, "attribution.connect=false");
    }

    @AfterAll
    static void close() {
        if (scene != null) {
            scene.close();
        }
    }

    @Override
    LiveScene scene() {
        return scene;
    }

    @Override
    String method() {
        return "socket";
    }

    @Test
    void callerThatIsGoneIsNeverGivenAWrongName(@TempDir Path pids) {
        Map<String, Long> expected = OneShots.run(scene, pids, 97, 4);

        assertThat(scene.analyzer().requests())
                .filteredOn(line -> expected.containsKey(line.target()))
                .hasSameSizeAs(expected.keySet())
                .allSatisfy(line -> {
                    if (line.number("process.pid").isPresent()) {
                        assertThat(line.number("process.pid")).contains(expected.get(line.target()));
                    } else {
                        assertThat(line.text("attribution.method")).contains("none");
                        assertThat(line.text("process.name")).isEmpty();
                        assertThat(line.text("attribution.reason")).isPresent();
                    }
                });
    }
}
