package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.output.line.LineValidator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Topology, emulator and analyzer together, and clients run between them one at a time. */
final class LiveScene implements AutoCloseable {
    private static final Duration CLIENT_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOG_LIMIT = Duration.ofSeconds(30);
    private static final int CONTAINERS = 2;

    private final Path folder;
    private final boolean lingering;
    private final Topology topology;
    private final ImdsEmulator emulator;
    private final Analyzer analyzer;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LiveScene(Path folder, boolean lingering, Topology topology, ImdsEmulator emulator, Analyzer analyzer) {
        this.folder = folder;
        this.lingering = lingering;
        this.topology = topology;
        this.emulator = emulator;
        this.analyzer = analyzer;
    }

    /**
     * Sets the scene; what was made before a failure is removed.
     *
     * @param folder takes every file
     * @param lingering whether clients keep their connections open until the log names them
     * @param settings of the analyzer, {@code KEY=VALUE}
     */
    static LiveScene set(Path folder, boolean lingering, String... settings) {
        return set(folder, lingering, Map.of(), settings);
    }

    /** The same, where DMI tells that this is the EC2 instance of that id. */
    static LiveScene setOnInstance(String instanceId, Path folder, String... settings) {
        return set(folder, false, Map.of(Analyzer.INSTANCE_ID, instanceId), settings);
    }

    /** The same with the analyzer as another user, see {@link Analyzer#RUN_AS}. */
    static LiveScene setAs(String runAs, Path folder, boolean lingering, String... settings) {
        return set(folder, lingering, Map.of(Analyzer.RUN_AS, runAs), settings);
    }

    private static LiveScene set(Path folder, boolean lingering, Map<String, String> environment, String... settings) {
        ClientPrograms.prepare();
        Topology topology = Topology.create(CONTAINERS);
        try {
            Files.createDirectories(folder.resolve("released"));
            Files.createDirectories(folder.resolve("home"));
            ImdsEmulator emulator = ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl"));
            Analyzer analyzer = Analyzer.startWith(topology.host(), folder, "any", environment, settings);
            LiveScene scene = new LiveScene(folder, lingering, topology, emulator, analyzer);
            if (lingering) {
                scene.startReleasing();
            }
            return scene;
        } catch (IOException failure) {
            topology.close();
            throw new UncheckedIOException(failure);
        } catch (RuntimeException | Error failure) {
            topology.close();
            throw failure;
        }
    }

    Topology topology() {
        return topology;
    }

    ImdsEmulator emulator() {
        return emulator;
    }

    Analyzer analyzer() {
        return analyzer;
    }

    /** Runs a client to its end, and waits until the log has as many lines as the emulator saw requests. */
    ClientRun run(NetworkNamespace namespace, List<String> command) {
        return run(namespace, command, lingering, 1);
    }

    /** The same for one that leaves when it likes to. */
    ClientRun runUnheld(NetworkNamespace namespace, List<String> command) {
        return run(namespace, command, false, 1);
    }

    /** The same for one that may be gone before IMDS has read its requests, of which it makes so many. */
    ClientRun runUnheld(NetworkNamespace namespace, List<String> command, int calls) {
        return run(namespace, command, false, calls);
    }

    private ClientRun run(NetworkNamespace namespace, List<String> command, boolean held, int calls) {
        int before = emulator.truth().size();
        int linesBefore = analyzer.requests().size();
        Path output = folder.resolve("client.out");
        Process process = start(namespace, command, held, output);
        if (!Processes.exits(process, CLIENT_LIMIT)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not end within " + CLIENT_LIMIT);
        }
        Await.holds(LOG_LIMIT, () -> emulator.truth().size() >= before + calls);
        List<TruthRecord> truth = emulator.truth();
        awaitLines(linesBefore + truth.size() - before);
        return new ClientRun(
                command,
                process.pid(),
                namespace,
                process.exitValue(),
                read(output),
                truth.subList(before, truth.size()),
                analyzer.requests().stream().skip(linesBefore).toList());
    }

    private Process start(NetworkNamespace namespace, List<String> command, boolean held, Path output) {
        ProcessBuilder builder = namespace
                .command(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.endsWith("_proxy"));
        builder.environment().put("HOME", folder.resolve("home").toString());
        if (held) {
            builder.environment()
                    .put("LD_PRELOAD", ClientPrograms.lingerLibrary().toString());
            builder.environment()
                    .put("LINGER_DIRECTORY", folder.resolve("released").toString());
        }
        return Processes.start(builder);
    }

    /** Waits until the log holds so many requests. */
    void awaitLines(int count) {
        Await.until(
                "the log holds " + count + " requests",
                LOG_LIMIT,
                () -> analyzer.requests().size() >= count,
                () -> "it holds " + analyzer.requests().size() + "\ntruth " + emulator.truth() + "\n"
                        + analyzer.diagnostics());
    }

    /** Lets go of each connection whose line is in the log. */
    private void startReleasing() {
        Thread thread = new Thread(
                () -> {
                    int released = 0;
                    while (!closed.get()) {
                        int from = released;
                        Await.holds(
                                Duration.ofSeconds(1), () -> analyzer.lines().size() > from || closed.get());
                        List<LogLine> lines = analyzer.lines();
                        lines.subList(from, lines.size()).forEach(this::release);
                        released = lines.size();
                    }
                },
                "release-clients");
        thread.setDaemon(true);
        thread.start();
    }

    private void release(LogLine line) {
        line.text("source.port").ifPresent(port -> {
            try {
                Files.write(folder.resolve("released").resolve(port), new byte[0]);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Stops everything.
     *
     * @throws AssertionError if the whole log does not hold every request exactly once, or a line breaks the schema
     */
    @Override
    public void close() {
        try {
            closed.set(true);
            analyzer.stop();
            analyzer.lines().forEach(line -> LineValidator.check(line.raw()));
            assertThat(analyzer.requests()).hasSameSizeAs(emulator.truth());
        } finally {
            emulator.close();
            topology.close();
        }
    }
}
