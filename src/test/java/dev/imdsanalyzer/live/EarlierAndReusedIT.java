package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that the moment tells nothing of: connections that were there before, and numbers that have passed on. */
@LiveTest
class EarlierAndReusedIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final String KEPT_ALIVE = """
            import socket, sys
            connection = socket.create_connection(("169.254.169.254", 80))
            print("open", flush=True)
            sys.stdin.readline()
            connection.sendall(b"GET /latest/meta-data/mac HTTP/1.1\\r\\nHost: 169.254.169.254\\r\\n\\r\\n")
            connection.recv(4096)
            sys.stdin.readline()
            """;

    /** Each caller is gone before its number is given to a sleep; says which numbers were. */
    private static final String REUSED = """
            import os, signal, socket, sys
            others = []
            for number in range(int(sys.argv[1])):
                caller = os.fork()
                if caller == 0:
                    connection = socket.create_connection(("169.254.169.254", 80))
                    connection.sendall(b"GET /latest/meta-data/mac?reused=%d HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % number)
                    os._exit(0)
                os.waitpid(caller, 0)
                with open("/proc/sys/kernel/ns_last_pid", "w") as last:
                    last.write(str(caller - 1))
                other = os.fork()
                if other == 0:
                    os.execlp("sleep", "sleep", "30")
                others.append(other)
                print(number, caller, other, flush=True)
            print("done", flush=True)
            sys.stdin.readline()
            for other in others:
                os.kill(other, signal.SIGKILL)
                os.waitpid(other, 0)
            """;

    @TempDir
    Path folder;

    @Test
    void connectionThatWasOpenBeforeTheAnalyzerIsNamedByItsSocket() throws IOException {
        try (Topology topology = Topology.create(0);
                ImdsEmulator emulator = ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl"))) {
            Process client = Processes.start(topology.host().command(List.of(Python.PROGRAM, "-c", KEPT_ALIVE)));
            try (BufferedReader output = client.inputReader();
                    Writer input = client.outputWriter()) {
                assertThat(output.readLine()).isEqualTo("open");
                try (Analyzer analyzer = Analyzer.start(topology.host(), folder)) {
                    input.write("call\n");
                    input.flush();
                    Await.until(
                            "the call's line", LIMIT, () -> !analyzer.requests().isEmpty(), analyzer::diagnostics);

                    assertThat(analyzer.requests()).singleElement().satisfies(line -> {
                        assertThat(line.number("process.pid")).contains(client.pid());
                        assertThat(line.text("attribution.method")).contains("socket");
                    });
                }
            } finally {
                Processes.stop(client);
            }
            assertThat(emulator.truth()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void callerWhoseNumberHasPassedOnIsNeverTakenForTheOther(String connect) throws IOException {
        int calls = 23;
        try (LiveScene scene = LiveScene.set(folder, false, "attribution.connect=" + connect)) {
            Process client =
                    Processes.start(scene.topology().host().command(List.of(Python.PROGRAM, "-c", REUSED, "" + calls)));
            try (BufferedReader output = client.inputReader();
                    Writer input = client.outputWriter()) {
                Map<String, Long> callers = new TreeMap<>();
                int reused = 0;
                for (String row = output.readLine(); !"done".equals(row); row = output.readLine()) {
                    String[] words = row.split(" ", -1);
                    callers.put("/latest/meta-data/mac?reused=" + words[0], Long.valueOf(words[1]));
                    reused += words[1].equals(words[2]) ? 1 : 0;
                }
                assumeThat(reused).as("numbers that others did not take first").isPositive();
                scene.awaitLines(calls);

                assertThat(scene.analyzer().requests()).hasSize(calls).allSatisfy(line -> {
                    assertThat(line.text("process.name").orElse("")).isNotEqualTo("sleep");
                    assertThat(line.text("process.command_line").orElse("")).doesNotContain("sleep 30");
                    assertThat(line.number("process.pid").orElse(callers.get(line.target())))
                            .isEqualTo(callers.get(line.target()));
                });
                input.write('\n');
            } finally {
                Processes.stop(client);
            }
        }
    }
}
