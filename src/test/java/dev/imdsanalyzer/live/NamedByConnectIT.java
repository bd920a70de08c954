package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers that the kernel names at their connect: unmodified clients, which leave as soon as they are served. */
@LiveTest
class NamedByConnectIT extends NamedClientsCases {
    @TempDir
    static Path folder;

    private static LiveScene scene;

    @BeforeAll
    static void setScene() {
        scene = LiveScene.set(folder, false);
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
        return "connect";
    }

    @Test
    void callersThatAreGoneAtOnceAreAllNamed(@TempDir Path pids) {
        Map<String, Long> expected = OneShots.run(scene, pids, 499, 8);

        assertThat(scene.analyzer().requests())
                .filteredOn(line -> expected.containsKey(line.target()))
                .hasSameSizeAs(expected.keySet())
                .allSatisfy(line -> {
                    assertThat(line.number("process.pid")).contains(expected.get(line.target()));
                    assertThat(line.text("process.name")).contains("curl");
                    assertThat(line.text("process.command_line").orElse("")).contains(line.target());
                    assertThat(line.text("process.parent.name")).contains("xargs");
                });
    }

    @Test
    void callerThatDoesNotWaitForItsAnswerIsNamed() {
        List<String> command = List.of(
                "bash",
                "-c",
                "exec 3<>/dev/tcp/169.254.169.254/80; printf 'GET /latest/meta-data/mac HTTP/1.0\\r\\n\\r\\n' >&3");

        ClientRun run = scene.runUnheld(scene.topology().host(), command, 1);

        LoggedCalls.assertEachIsLoggedOnce(run.truth(), run.lines());
        LoggedCalls.assertNamed(run, "connect");
    }
}
