package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers of an ordinary user that are each another one and as heavy as can be: what is kept of them stays within the service's memory. */
@LiveTest
class ManyCallersIT {
    private static final int HELD = 1_500;
    private static final int FLOOD = 60_000;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final List<String> AS_USER = List.of("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups");

    /** The service's unit gives it that much; the heap is 64 MiB of it. */
    private static final long MEMORY_MAXIMUM_KIB = 192 << 10;

    /** Each connect under another name; the argument stands for all that a program can be given. */
    private static final String CONNECTS = """
            import ctypes, socket, sys
            libc = ctypes.CDLL(None)
            count, held = int(sys.argv[1]), []
            for number in range(count):
                libc.prctl(15, b"n%d" % number, 0, 0, 0)
                connection = socket.socket()
                try:
                    connection.connect(("169.254.169.254", 80))
                    held.append(connection)
                except OSError:
                    connection.close()
            print("done", flush=True)
            sys.stdin.read()
            """;

    @TempDir
    Path folder;

    private Process connects(NetworkNamespace namespace, List<String> wrapper, int count) throws IOException {
        Path script = Files.writeString(folder.resolve("connects.py"), CONNECTS);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(Python.PROGRAM, script.toString(), "" + count, "x".repeat(30_000)));
        Process process = Processes.start(namespace.command(command).redirectError(ProcessBuilder.Redirect.INHERIT));
        assertThat(process.inputReader().readLine()).isEqualTo("done");
        return process;
    }

    private static long residentKib(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    private static long counter(Analyzer analyzer, String name) {
        return analyzer.lines().stream()
                .filter(line ->
                        line.text("event.action").filter("imds-summary"::equals).isPresent())
                .mapToLong(line -> line.number("imds.counters." + name).orElse(0L))
                .max()
                .orElse(0);
    }

    private static void assertStillNamesCallers(LiveScene scene) {
        ClientRun run = scene.runUnheld(scene.topology().host(), Client.CURL_V1.command());
        LoggedCalls.assertEachIsLoggedOnce(run.truth(), run.lines());
        LoggedCalls.assertNamed(run, "connect");
    }

    @Test
    void connectionsHeldOpenByEverNewNamesTakeNoMoreThanTheirBudget() throws Exception {
        try (LiveScene scene = LiveScene.set(folder, false, "output.summary_seconds=1")) {
            Process held = connects(scene.topology().host(), AS_USER, HELD);
            try {
                assertStillNamesCallers(scene);
                Await.until(
                        "the callers given up are told",
                        LIMIT,
                        () -> counter(scene.analyzer(), "callers_given_up") > 0,
                        scene.analyzer()::diagnostics);
                assertThat(residentKib(scene.analyzer().pid())).isLessThan(MEMORY_MAXIMUM_KIB);
            } finally {
                Processes.stop(held);
            }
            assertThat(scene.analyzer().stop()).isZero();
        }
    }

    /** No packet of these is ever on the host. */
    @Test
    void connectsInANetworkOfAUsersOwnTakeNoMoreThanTheirBudget() throws Exception {
        try (LiveScene scene = LiveScene.set(folder, false, "output.summary_seconds=1")) {
            List<String> own = new ArrayList<>(AS_USER);
            own.addAll(List.of(
                    "unshare",
                    "--user",
                    "--map-root-user",
                    "--net",
                    "sh",
                    "-c",
                    "ip link set lo up && ip addr add 169.254.169.254/32 dev lo && exec \"$@\"",
                    "sh"));
            Process flood = connects(scene.topology().host(), own, FLOOD);
            try {
                assertStillNamesCallers(scene);
                Await.until(
                        "what was lost is told",
                        LIMIT,
                        () -> counter(scene.analyzer(), "callers_given_up")
                                        + counter(scene.analyzer(), "connect_events_lost")
                                > 0,
                        scene.analyzer()::diagnostics);
                assertThat(residentKib(scene.analyzer().pid())).isLessThan(MEMORY_MAXIMUM_KIB);
            } finally {
                Processes.stop(flood);
            }
            assertThat(scene.analyzer().stop()).isZero();
        }
    }
}
