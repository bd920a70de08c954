package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers that live for one request: process, runtime's processes and files are gone a moment after it. */
@LiveTest
class OneShotContainersIT {
    /** Of each runtime, one after another. */
    private static final int RUNS = Integer.getInteger("oneshots", 10);

    private static final int BUSY_LOOPS = 2;

    @TempDir
    static Path folder;

    private static RuntimeScene scene;

    @BeforeAll
    static void setScene() throws IOException {
        scene = RuntimeScene.start(RuntimeHost.Groups.VERSION_1, folder);
    }

    @AfterAll
    static void close() {
        if (scene != null) {
            scene.close();
        }
    }

    private static void run(String runtime, String name) {
        List<String> named = List.of("--name=" + name);
        scene.host()
                .run(
                        switch (runtime) {
                            case "docker" -> scene.commands().docker(named, RuntimeScene.call(name));
                            case "podman" -> scene.commands().podman(named, RuntimeScene.call(name));
                            default -> scene.commands().ctr("default", List.of(), name, RuntimeScene.call(name));
                        });
    }

    private static void assertNamed(String runtime, String name, LogLine line) {
        RuntimeScene.assertNamed(
                line,
                "container.name=" + name,
                "container.runtime=" + (runtime.equals("ctr") ? "containerd" : runtime));
        // What ctr makes keeps no image anywhere.
        if (!runtime.equals("ctr")) {
            RuntimeScene.assertNamed(
                    line, "container.image.name=registry.example.com/shop/web", "container.image.tag/0=7");
        }
    }

    /** Started anew for it: nothing but its start has loaded what a container needs. */
    @ParameterizedTest
    @ValueSource(strings = {"docker", "ctr", "podman"})
    void namesTheFirstContainerOfAll(String runtime) throws IOException {
        String name = "first-of-" + runtime;
        Path own = Files.createDirectory(folder.resolve(name));
        try (Analyzer analyzer = Analyzer.startIn(scene.host(), own, Map.of())) {
            run(runtime, name);
            assertNamed(runtime, name, RuntimeScene.line(analyzer, name));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker", "ctr", "podman"})
    void namesEachOneOnABusyMachine(String runtime) {
        List<Process> loops = new ArrayList<>();
        try {
            for (int i = 0; i < BUSY_LOOPS; i++) {
                loops.add(Processes.start(new ProcessBuilder("sh", "-c", "while :; do :; done")));
            }
            for (int i = 0; i < RUNS; i++) {
                run(runtime, runtime + "-" + i);
            }
        } finally {
            loops.forEach(Processes::stop);
        }
        List<String> nameless = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            String name = runtime + "-" + i;
            for (LogLine line : scene.lines(name)) {
                try {
                    assertNamed(runtime, name, line);
                } catch (AssertionError failure) {
                    nameless.add(failure.getMessage());
                }
            }
        }
        assertThat(nameless).as("of %s lines", 2 * RUNS).isEmpty();
    }
}
