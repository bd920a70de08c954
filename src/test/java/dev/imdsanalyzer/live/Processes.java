package dev.imdsanalyzer.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts processes, and ends those that still run when this JVM stops. */
final class Processes {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Processes::stopAll));
    }

    private Processes() {}

    /** Starts a process that {@link #stop} or the end of this JVM ends. */
    static Process start(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            RUNNING.removeIf(other -> !other.isAlive());
            RUNNING.add(process);
            return process;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot start " + builder.command(), failure);
        }
    }

    /** Memory of its own that a process has, KiB. */
    static long residentKib(long pid) {
        try {
            Matcher resident = Pattern.compile("RssAnon:\\s+(\\d+) kB")
                    .matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
            if (!resident.find()) {
                throw new IllegalStateException("no resident set of process " + pid);
            }
            return Long.parseLong(resident.group(1));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Ends every process that was started here and still runs. */
    static void stopAll() {
        RUNNING.forEach(Process::destroyForcibly);
        RUNNING.forEach(process -> exits(process, STOP_LIMIT));
    }

    /** SIGTERM, then SIGKILL for one that does not obey; returns once the process is gone. */
    static void stop(Process process) {
        process.destroy();
        if (!exits(process, STOP_LIMIT)) {
            process.destroyForcibly();
            exits(process, STOP_LIMIT);
        }
    }

    static boolean exits(Process process, Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    /**
     * Runs a command to its end and gives what it wrote, both streams together.
     *
     * @throws IllegalStateException with that output, if it fails or outlives the limit
     */
    static String run(ProcessBuilder builder, String standardInput, Duration limit) {
        return run(builder, standardInput, limit, true);
    }

    /** The same for one that may end with any exit code. */
    static String output(ProcessBuilder builder, Duration limit) {
        return run(builder, "", limit, false);
    }

    private static String run(ProcessBuilder builder, String standardInput, Duration limit, boolean mustSucceed) {
        try {
            Path output = Files.createTempFile("imds-live", ".out");
            try {
                Process process = start(builder.redirectErrorStream(true).redirectOutput(output.toFile()));
                try (var stdin = process.getOutputStream()) {
                    stdin.write(standardInput.getBytes(StandardCharsets.UTF_8));
                }
                boolean ended = exits(process, limit);
                if (!ended) {
                    process.destroyForcibly();
                }
                String text = Files.readString(output);
                if (!ended || (mustSucceed && process.exitValue() != 0)) {
                    throw new IllegalStateException((ended ? "failed: " : "took longer than " + limit + ": ")
                            + String.join(" ", builder.command()) + "\n" + standardInput + text);
                }
                return text;
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot run " + builder.command(), failure);
        }
    }

    /** Whether a program of that name is on the path. */
    static boolean onPath(String program) {
        return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
                .anyMatch(folder -> !folder.isEmpty() && Files.isExecutable(Path.of(folder, program)));
    }
}
