package dev.imdsanalyzer.live;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Topology and emulator together, without an analyzer.
 *
 * @param topology the namespaces
 * @param emulator the emulated IMDS in one of them
 */
record ImdsScene(Topology topology, ImdsEmulator emulator) implements AutoCloseable {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(60);

    /**
     * Sets it up; what was made before a failure is removed.
     *
     * @param folder takes the emulator's records
     */
    static ImdsScene create(Path folder, int containers) {
        Topology topology = Topology.create(containers);
        try {
            return new ImdsScene(topology, ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl")));
        } catch (RuntimeException failure) {
            topology.close();
            throw failure;
        }
    }

    static String url(String target) {
        return "http://" + Topology.IMDS_IPV4 + target;
    }

    /** Runs curl in a namespace to its end and gives what it printed. */
    static String curl(NetworkNamespace namespace, String... arguments) {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-g", "--max-time", "10"));
        command.addAll(List.of(arguments));
        return namespace.run(command.toArray(String[]::new));
    }

    /** Makes so many IMDSv1 calls from the host, one after the other on one connection: {@code NAME.1} and so on. */
    void calls(String name, int count) {
        Process process = startCalls(name, count);
        if (!Processes.exits(process, CALL_LIMIT) || process.exitValue() != 0) {
            throw new AssertionError(count + " calls failed");
        }
    }

    /** The same, without waiting for them. */
    Process startCalls(String name, int count) {
        return Processes.start(topology.host()
                .command(List.of("curl", "-sS", url("/latest/meta-data/ami-id?" + name + ".[1-" + count + "]")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD));
    }

    @Override
    public void close() {
        emulator.close();
        topology.close();
    }
}
