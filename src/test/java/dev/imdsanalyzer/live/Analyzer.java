package dev.imdsanalyzer.live;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The analyzer under test: a process of its own in a namespace, started from the application folder. */
final class Analyzer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    /** No file can be made in sysfs, so a folder with all that was there takes the place of the one around it. */
    private static final String AS_ON_A_HOST = """
            [ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing
            virtual=/sys/devices/virtual
            if [ -n "${INSTANCE_ID:-}" ]; then
                mount -t tmpfs tmpfs /mnt && mkdir /mnt/real /mnt/made && mount --rbind $virtual /mnt/real
                for folder in /mnt/real/*; do
                    [ "$folder" = /mnt/real/dmi ] && continue
                    mkdir "/mnt/made/${folder##*/}" && mount --rbind "$folder" "/mnt/made/${folder##*/}"
                done
                mkdir -p /mnt/made/dmi/id && echo "$INSTANCE_ID" >/mnt/made/dmi/id/board_asset_tag
                mount --rbind /mnt/made $virtual
            fi
            exec ${RUN_AS:-} "$@"
            """;

    /** Variable with what DMI tells it. */
    static final String INSTANCE_ID = "INSTANCE_ID";

    /** Variable with words without blanks that come before the command, such as those of setpriv(1). */
    static final String RUN_AS = "RUN_AS";

    private final Process process;
    private final Path log;
    private final Path diagnostics;
    private final List<LogLine> lines = new ArrayList<>();
    private long position;

    private Analyzer(Process process, Path log, Path diagnostics) {
        this.process = process;
        this.log = log;
        this.diagnostics = diagnostics;
    }

    /**
     * Starts {@code run} on all interfaces of the namespace, and returns once it says that it is ready.
     *
     * @param folder takes the log, what it says on stderr, and the ready file
     * @param settings further {@code KEY=VALUE} pairs; folding is off
     */
    static Analyzer start(NetworkNamespace namespace, Path folder, String... settings) {
        return startWith(namespace, folder, "any", Map.of(), settings);
    }

    /**
     * The same on the interface of that name.
     *
     * @param instanceId what DMI tells it; null leaves that as it is
     */
    static Analyzer startOn(
            NetworkNamespace namespace, Path folder, String device, String instanceId, String... settings) {
        return startWith(namespace, folder, device, environment(instanceId), settings);
    }

    /** The same with {@link #INSTANCE_ID} or {@link #RUN_AS} in its environment. */
    static Analyzer startWith(
            NetworkNamespace namespace,
            Path folder,
            String device,
            Map<String, String> environment,
            String... settings) {
        return start(namespace, folder, folder.resolve("imds.jsonl"), environment, options(device, settings));
    }

    private static List<String> options(String device, String... settings) {
        List<String> options = new ArrayList<>(List.of("--interface", device, "--set", "output.fold_seconds=0"));
        for (String setting : settings) {
            options.addAll(List.of("--set", setting));
        }
        return options;
    }

    /**
     * The same with all options but those for the output left to the caller.
     *
     * @param log a file
     */
    static Analyzer start(NetworkNamespace namespace, Path folder, Path log, String instanceId, List<String> options) {
        return start(namespace, folder, log, environment(instanceId), options);
    }

    /** The same with a log of its own in the folder, and these variables. */
    static Analyzer startAs(
            NetworkNamespace namespace, Path folder, Map<String, String> environment, List<String> options) {
        return start(namespace, folder, folder.resolve("imds.jsonl"), environment, options);
    }

    /** The same in another place than a network namespace alone. */
    static Analyzer startIn(CommandPlace place, Path folder, Map<String, String> environment, String... settings) {
        return start(place, folder, folder.resolve("imds.jsonl"), environment, options("any", settings));
    }

    private static Map<String, String> environment(String instanceId) {
        return instanceId == null ? Map.of() : Map.of(INSTANCE_ID, instanceId);
    }

    private static Analyzer start(
            CommandPlace place, Path folder, Path log, Map<String, String> environment, List<String> options) {
        Path ready = folder.resolve("ready");
        Path diagnostics = folder.resolve("analyzer.err");
        remove(ready);
        List<String> command = command("run", "--output", log.toString(), "--ready-file", ready.toString());
        command.addAll(options);
        ProcessBuilder builder = place.command(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(diagnostics.toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        Process process = Processes.start(builder);
        Analyzer analyzer = new Analyzer(process, log, diagnostics);
        Await.until(
                "the analyzer is ready",
                START_LIMIT,
                () -> Files.exists(ready) || !process.isAlive(),
                analyzer::diagnostics);
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "the analyzer ended with " + process.exitValue() + ": " + analyzer.diagnostics());
        }
        return analyzer;
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * The program with these arguments, as a host would run it: with tracefs, which many machines do not mount by
     * themselves, and with the instance id in DMI, where the environment has one. Both are mounted in a mount namespace
     * of the process's own, and so go with it.
     */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "--",
                "sh",
                "-c",
                AS_ON_A_HOST,
                "sh",
                Checkout.applicationForEverybody()
                        .resolve("bin/imds-packet-analyzer")
                        .toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Every complete line of the log so far. */
    synchronized List<LogLine> lines() {
        if (Files.exists(log)) {
            readOn();
        }
        return List.copyOf(lines);
    }

    /** The lines that stand for requests, in the order of the log. */
    List<LogLine> requests() {
        return lines().stream().filter(LogLine::isRequest).toList();
    }

    private void readOn() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(position);
            byte[] bytes = new byte[(int) (file.length() - position)];
            file.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            String complete = text.substring(0, text.lastIndexOf('\n') + 1);
            position += complete.getBytes(StandardCharsets.UTF_8).length;
            complete.lines().map(LogLine::of).forEach(lines::add);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What it said on stderr. */
    String diagnostics() {
        try {
            return Files.readString(diagnostics);
        } catch (IOException failure) {
            return "no diagnostics: " + failure;
        }
    }

    long pid() {
        return process.pid();
    }

    /** Sends a signal, such as HUP, and does not wait for what comes of it. */
    void signal(String name) {
        Processes.run(new ProcessBuilder("kill", "-" + name, "" + pid()), "", START_LIMIT);
    }

    /** Sends SIGKILL and returns once it is gone. */
    void kill() {
        process.destroyForcibly();
        Processes.exits(process, START_LIMIT);
    }

    /** Sends SIGTERM and gives the exit code. */
    int stop() {
        Processes.stop(process);
        return process.exitValue();
    }

    @Override
    public void close() {
        stop();
    }
}
