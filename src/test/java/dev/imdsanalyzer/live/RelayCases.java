package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of processes between a caller and IMDS have in common: a host with two pods, an analyzer, proxies. */
abstract class RelayCases {
    static final Duration LIMIT = Duration.ofSeconds(20);

    /** As kube2iam and kiam do it. */
    static final String TRANSLATE = """
            table ip relay { chain before { type nat hook prerouting priority -100;
                ip saddr 172.17.0.2 ip daddr 169.254.169.254 tcp dport 80 dnat to 10.0.0.10:8181; }; }
            """;

    /** As meshes do it, by the user that calls. */
    static final String REDIRECT = """
            table ip relay { chain out { type nat hook output priority -100;
                meta skuid 65534 ip daddr 169.254.169.254 tcp dport 80 redirect to :8181; }; }
            """;

    /** The name of {@link #curlOfOurs}. */
    static final String BEHIND = "behind";

    @TempDir
    Path folder;

    final List<AutoCloseable> parts = new ArrayList<>();
    ImdsScene scene;
    NetworkNamespace host;
    NetworkNamespace pod;
    Analyzer analyzer;

    @BeforeEach
    void setUp() {
        scene = keep(ImdsScene.create(folder, 2));
        scene.emulator().set("hop-limit", "64");
        host = scene.topology().host();
        pod = scene.topology().container(0);
        analyzer = keep(Analyzer.start(host, folder, "output.summary_seconds=2"));
    }

    @AfterEach
    void tearDown() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    <T extends AutoCloseable> T keep(T part) {
        parts.add(0, part);
        return part;
    }

    Process proxy(String address, int port, String mode) {
        return proxy(host, address, port, mode);
    }

    Process proxy(NetworkNamespace place, String address, int port, String mode) {
        Path output = folder.resolve("proxy.out");
        Process process = Processes.start(place.command(
                        List.of(Python.PROGRAM, ClientPrograms.python("local_proxy.py"), address, "" + port, mode))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile()));
        parts.add(0, () -> Processes.stop(process));
        Await.until("the proxy listens", LIMIT, () -> read(output).contains("listening"), () -> read(output));
        return process;
    }

    /** Runs a program that stays, until its output says that it is there. */
    Process server(NetworkNamespace place, List<String> command, String ready) {
        Path output = folder.resolve("server" + parts.size() + ".out");
        Process process =
                Processes.start(place.command(command).redirectErrorStream(true).redirectOutput(output.toFile()));
        parts.add(0, () -> Processes.stop(process));
        Await.until(
                command.get(0) + " is there",
                LIMIT,
                () -> read(output).contains(ready) || !process.isAlive(),
                () -> read(output));
        assertThat(process.isAlive()).as(read(output)).isTrue();
        return process;
    }

    /** Runs curl under that name as the user whose calls {@link #REDIRECT} leads elsewhere. */
    String curlAsNobody(NetworkNamespace place, String... arguments) {
        List<String> command = asNobody();
        command.addAll(List.of(arguments));
        return place.run(command.toArray(String[]::new));
    }

    List<String> asNobody() {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--clear-groups"));
        command.addAll(curlOfOurs());
        return command;
    }

    /** Curl under a name that nobody else's test on the machine has: all connects of the machine are counted. */
    List<String> curlOfOurs() {
        Path program = folder.resolve(BEHIND);
        try {
            if (!Files.exists(program)) {
                Path curl = Path.of(Processes.output(new ProcessBuilder("sh", "-c", "command -v curl"), LIMIT)
                        .strip());
                Files.copy(curl.toRealPath(), program);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        // The user is not the one who made the folder.
        assertThat(program.toFile().setExecutable(true, false)).isTrue();
        assertThat(folder.toFile().setExecutable(true, false)).isTrue();
        return List.of(program.toString(), "-sS", "--max-time", "10");
    }

    /** What was told of connects by our program that the capture does not show; waits for two further summaries first. */
    List<LogLine> unseen() {
        long summaries = summaries();
        Await.until("two summaries", LIMIT, () -> summaries() > summaries + 2, () -> analyzer.lines() + "");
        return analyzer.lines().stream()
                .filter(line -> line.number("imds.gap.connects_unseen").orElse(0L) > 0)
                .filter(line -> line.text("event.reason").orElse("").contains(" by " + BEHIND + "["))
                .toList();
    }

    void assertNothingUnseen() {
        assertThat(unseen()).hasSizeLessThanOrEqualTo(notLinked);
    }

    private long summaries() {
        return analyzer.lines().stream()
                .filter(line -> line.text("event.action").orElse("").equals("imds-summary"))
                .count();
    }

    /** A call of a relay whose line names the program behind it. */
    static void assertBehind(LogLine line, long relay, String program) {
        assertThat(line.text("process.name")).as(line.raw()).contains(program);
        assertThat(line.number("proxy.process.pid")).as(line.raw()).contains(relay);
        assertThat(line.number("process.pid").orElse(0L)).isNotEqualTo(relay);
        assertThat(line.text("message").orElse("")).contains(", through ");
        assertAnsweredByImdsThrough(line);
    }

    private static void assertAnsweredByImdsThrough(LogLine line) {
        assertThat(isLocal(line)).as(line.raw()).isFalse();
        assertThat(line.text("imds.answered_by")).isEmpty();
    }

    LogLine line(String query) {
        return lines(query, 1).get(0);
    }

    /** Calls of {@link #lineOf} whose line did not know who was behind: their connects are told as not shown. */
    private int notLinked;

    /**
     * A call's line that says who is behind. Where it says that this is not known, as it may on a busy machine, the call is made
     * again, twice at most.
     *
     * @param call makes the call with that query
     */
    LogLine lineOf(String query, Consumer<String> call) {
        LogLine line = null;
        for (int attempt = 1; attempt <= 3 && (line == null || isUnsure(line)); attempt++) {
            String own = query + "-" + attempt;
            call.accept(own);
            line = line(own);
            notLinked += isUnsure(line) ? 1 : 0;
        }
        return line;
    }

    private static boolean isUnsure(LogLine line) {
        return line.text("attribution.reason").orElse("").contains("this process passes on what others ask");
    }

    List<LogLine> lines(String query, int count) {
        Await.until(
                count + " lines of " + query, LIMIT, () -> found(query).size() >= count, () -> analyzer.lines() + "");
        List<LogLine> found = found(query);
        assertThat(found).hasSize(count);
        return found;
    }

    List<LogLine> found(String query) {
        return analyzer.requests().stream()
                .filter(line -> line.target().endsWith("?" + query))
                .toList();
    }

    static boolean isLocal(LogLine line) {
        return line.raw().contains("\"answered-locally\"");
    }

    static void assertAnsweredBy(Process proxy, LogLine line) {
        assertThat(isLocal(line)).as(line.raw()).isTrue();
        assertThat(line.text("imds.answered_by")).contains("local-proxy");
        assertThat(line.number("proxy.process.pid")).as(line.raw()).contains(proxy.pid());
        assertThat(line.text("proxy.process.script").orElse("")).endsWith("local_proxy.py");
        assertThat(line.text("message").orElse("")).contains("answered on this host by ");
        assertThat(line.text("process.name")).contains("curl");
    }

    static void assertNamedOrWhyNot(Process proxy, LogLine line) {
        assertThat(isLocal(line)).as(line.raw()).isTrue();
        assertThat(line.text("imds.answered_by")).contains("local-proxy");
        if (line.number("proxy.process.pid").isPresent()) {
            assertAnsweredBy(proxy, line);
        } else {
            assertThat(line.text("attribution.reason").orElse("")).contains("proxy: ");
            assertThat(line.text("message").orElse("")).contains("answered on this host by an unknown process");
        }
    }

    static void assertAnsweredByImds(LogLine line) {
        assertThat(isLocal(line)).as(line.raw()).isFalse();
        assertThat(line.text("imds.answered_by")).isEmpty();
        assertThat(line.number("proxy.process.pid")).isEmpty();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static void create(Path own) {
        try {
            Files.createDirectory(own);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
