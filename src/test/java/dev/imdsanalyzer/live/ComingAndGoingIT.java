package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices and network namespaces that come and go under a running analyzer. */
@LiveTest
class ComingAndGoingIT {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    /** A device may be open, and a pipe to a child, at the moment of counting. */
    private static final int SLACK = 1;

    @TempDir
    static Path folder;

    private static ImdsScene scene;

    @BeforeAll
    static void setUp() {
        scene = ImdsScene.create(folder, 1);
    }

    @AfterAll
    static void tearDown() {
        if (scene != null) {
            scene.close();
        }
    }

    @Test
    void deviceThatGoesAwayIsWaitedForAndTheTimeWithoutItIsTold(@TempDir Path own) {
        NetworkNamespace container = scene.topology().container(0);
        try (Analyzer analyzer = start(own, "veth0")) {
            call(container, "before");
            awaitCall(analyzer, "before");

            scene.topology().host().ip("link delete veth0");
            awaitSaid(analyzer, "waiting for the device");
            awaitLine(
                    analyzer,
                    "a summary without coverage",
                    line -> line.json().at("/coverage/seconds").asDouble(9) == 0.0);
            scene.topology().connectContainer(0);
            awaitSaid(analyzer, "the device is back");
            awaitLine(
                    analyzer,
                    "the gap",
                    line -> line.text("event.action")
                                    .filter("capture-gap"::equals)
                                    .isPresent()
                            && line.text("event.reason").orElse("").startsWith("the device went away: ")
                            && line.number("event.duration").orElseThrow() > 0);
            call(container, "after");
            awaitCall(analyzer, "after");

            scene.topology().host().ip("link delete veth0");
            Await.until(
                    "it waits again",
                    LIMIT,
                    () -> analyzer.diagnostics().split("waiting for the device").length == 3,
                    analyzer::diagnostics);
            assertThat(analyzer.stop()).as(analyzer.diagnostics()).isZero();
            List<LogLine> lines = analyzer.lines();
            assertThat(lines.get(lines.size() - 1).text("event.action")).contains("analyzer-stopped");
            assertThat(lines)
                    .filteredOn(line -> line.text("event.action")
                            .filter("capture-gap"::equals)
                            .isPresent())
                    .hasSize(2);
        } finally {
            scene.topology().connectContainer(0);
        }
    }

    @Test
    void aServiceWaitsForADeviceThatIsNotThereAtItsStartAndAPersonDoesNot(@TempDir Path own) {
        scene.topology().host().ip("link delete veth0");
        try {
            assertThatThrownBy(() -> start(own, "veth0"))
                    .hasMessageContaining("ended with 69")
                    .hasMessageContaining("there is no device veth0");
            // Nobody listens there: what counts is that a service manager is said to be there.
            try (Analyzer analyzer = Analyzer.startAs(
                    scene.topology().host(), own, Map.of("NOTIFY_SOCKET", "@nobody"), options("veth0"))) {
                awaitSaid(analyzer, "there is no device veth0");
                awaitLine(
                        analyzer,
                        "a summary without coverage",
                        line -> line.json().at("/coverage/seconds").asDouble(9) == 0.0);
                scene.topology().connectContainer(0);
                awaitSaid(analyzer, "the device is there");
                awaitLine(
                        analyzer,
                        "the gap",
                        line -> line.text("event.reason").orElse("").startsWith("the device was not there yet: "));
                call(scene.topology().container(0), "late");
                awaitCall(analyzer, "late");
                scene.topology().host().ip("link delete veth0");
            }
        } finally {
            scene.topology().connectContainer(0);
        }
    }

    @Test
    void namespacesThatComeAndGoLeaveNoHandleBehind(@TempDir Path own) {
        try (Analyzer analyzer = start(own, "any")) {
            comeCallAndGo(analyzer, 0, 2);
            long before = descriptors(analyzer);
            comeCallAndGo(analyzer, 2, 14);

            Await.until(
                    "the descriptors are as many as before, " + before,
                    LIMIT,
                    () -> descriptors(analyzer) <= before + SLACK,
                    () -> "they are " + descriptors(analyzer)
                            + Processes.run(
                                    new ProcessBuilder("ls", "-l", "/proc/" + analyzer.pid() + "/fd"), "", LIMIT));
            // A namespace that a process holds open by a descriptor cannot be freed by the kernel.
            assertThat(namespaceHandles(analyzer)).isLessThanOrEqualTo(1);
        }
    }

    private static Analyzer start(Path own, String device) {
        return Analyzer.startAs(scene.topology().host(), own, Map.of(), options(device));
    }

    private static List<String> options(String device) {
        return List.of(
                "--interface",
                device,
                "--set",
                "output.fold_seconds=0",
                "--set",
                "output.summary_seconds=1",
                "--set",
                "attribution.connect=false");
    }

    private static void comeCallAndGo(Analyzer analyzer, int from, int to) {
        for (int number = from; number < to; number++) {
            NetworkNamespace namespace = scene.topology().addContainer();
            call(namespace, "container" + number);
            awaitCall(analyzer, "container" + number);
            namespace.close();
        }
    }

    private static void call(NetworkNamespace namespace, String name) {
        ImdsScene.curl(namespace, ImdsScene.url("/latest/meta-data/ami-id?" + name));
    }

    private static void awaitCall(Analyzer analyzer, String name) {
        awaitLine(analyzer, "the call " + name, line -> line.target().endsWith("?" + name));
    }

    private static void awaitLine(Analyzer analyzer, String what, java.util.function.Predicate<LogLine> condition) {
        Await.until(
                what,
                LIMIT,
                () -> analyzer.lines().stream().anyMatch(condition),
                () -> analyzer.lines() + "\n" + analyzer.diagnostics());
    }

    private static void awaitSaid(Analyzer analyzer, String words) {
        Await.until("it says: " + words, LIMIT, () -> analyzer.diagnostics().contains(words), analyzer::diagnostics);
    }

    private static long descriptors(Analyzer analyzer) {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + analyzer.pid() + "/fd"))) {
            return all.count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static long namespaceHandles(Analyzer analyzer) {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + analyzer.pid() + "/fd"))) {
            return all.filter(ComingAndGoingIT::isNamespace).count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean isNamespace(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("net:");
        } catch (IOException closed) {
            return false;
        }
    }
}
