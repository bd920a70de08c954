package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * A host with runtimes, on which one analyzer runs beside them as root, and another one as the user that packages run it
 * as, who sees the host from elsewhere. Whatever is called, the secret in each container's environment is in no log.
 */
final class RuntimeScene implements AutoCloseable {
    static final String SECRET = "hidden-5f0c9a77";
    static final Duration LOG_LIMIT = Duration.ofSeconds(30);
    private static final String TARGET = "/latest/meta-data/ami-id?";

    private final Path folder;
    private final Topology topology = Topology.create(0);
    private final List<Analyzer> analyzers = new ArrayList<>();
    private ImdsEmulator emulator;
    private RuntimeHost host;

    private RuntimeScene(Path folder) {
        this.folder = folder;
    }

    /**
     * Sets it.
     *
     * @param groups of the host
     * @param folder an empty one
     */
    static RuntimeScene start(RuntimeHost.Groups groups, Path folder) throws IOException {
        RuntimeScene scene = new RuntimeScene(folder);
        try {
            scene.emulator = ImdsEmulator.start(scene.topology.imds(), folder.resolve("truth.jsonl"));
            scene.host = RuntimeHost.start(groups, scene.topology.host(), folder);
            scene.startAnalyzers();
            return scene;
        } catch (RuntimeException | AssertionError failure) {
            boolean lacking = scene.host == null;
            scene.close();
            Assumptions.assumeTrue(
                    !lacking || "true".equals(System.getenv("CI")), () -> "no runtimes: " + failure.getMessage());
            throw failure;
        }
    }

    private void startAnalyzers() throws IOException {
        Path asRoot = Files.createDirectory(folder.resolve("as-root"));
        Path asUser = OrdinaryUser.own(Files.createDirectory(folder.resolve("as-user")));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        String root = "host.root=" + host.root();
        analyzers.add(Analyzer.startIn(host, asRoot, Map.of(), root));
        analyzers.add(
                Analyzer.startIn(topology.host(), asUser, Map.of(Analyzer.RUN_AS, OrdinaryUser.without("")), root));
    }

    RuntimeHost host() {
        return host;
    }

    RuntimeCommands commands() {
        return new RuntimeCommands(host);
    }

    static String url(String name) {
        return ImdsScene.url(TARGET + name);
    }

    /** What a container runs to make that call, and nothing else. */
    static String[] call(String name) {
        return new String[] {"wget", "-q", "-O", "-", url(name)};
    }

    /** What each analyzer says of the call. */
    List<LogLine> lines(String name) {
        return analyzers.stream().map(analyzer -> line(analyzer, name)).toList();
    }

    /** What that analyzer says of it. */
    static LogLine line(Analyzer analyzer, String name) {
        Await.until(
                "the call " + name + " is in the log",
                LOG_LIMIT,
                () -> find(analyzer, name).isPresent(),
                analyzer::diagnostics);
        assertThat(analyzer.lines()).noneMatch(line -> line.raw().contains(SECRET));
        return find(analyzer, name).orElseThrow();
    }

    private static Optional<LogLine> find(Analyzer analyzer, String name) {
        return analyzer.requests().stream()
                .filter(line -> line.target().equals(TARGET + name))
                .findFirst();
    }

    /** Each member is "field=value". */
    void assertNamed(String name, String... members) {
        lines(name).forEach(line -> assertNamed(line, members));
    }

    static void assertNamed(LogLine line, String... members) {
        for (String member : members) {
            int equals = member.indexOf('=');
            assertThat(line.text(member.substring(0, equals)))
                    .as("%s in %s", member, line.raw())
                    .contains(member.substring(equals + 1));
        }
    }

    @Override
    public void close() {
        analyzers.forEach(Analyzer::close);
        if (host != null) {
            host.close();
        }
        if (emulator != null) {
            emulator.close();
        }
        topology.close();
    }
}
