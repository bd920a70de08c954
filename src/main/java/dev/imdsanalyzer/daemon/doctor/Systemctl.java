package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.daemon.host.HostFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks systemd for the service by {@code systemctl show}, which changes nothing and every user may do. */
final class Systemctl {
    /** A manager that is busy with a reload of all its units takes about one second. */
    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** Some hundred times of what the properties take. */
    private static final int MAX_BYTES = 1 << 20;

    private final Path manager;
    private final String program;
    private final Duration limit;

    /** That of this host. */
    Systemctl() {
        this(Path.of("/run/systemd/system"), "systemctl", LIMIT);
    }

    /**
     * @param manager is there where systemd is the init, sd_booted(3)
     * @param program name or path of systemctl
     * @param limit for its answer
     */
    Systemctl(Path manager, String program, Duration limit) {
        this.manager = manager;
        this.program = program;
        this.limit = limit;
    }

    /**
     * Returns within the limit, and leaves no process behind. {@link SystemdService#ABSENT} without systemd.
     *
     * @throws IOException when systemctl gives no answer; the message is a clause that says why
     */
    SystemdService show() throws IOException, InterruptedException {
        if (!Files.isDirectory(manager)) {
            return SystemdService.ABSENT;
        }
        Process process;
        try {
            process = start();
        } catch (IOException e) {
            return SystemdService.ABSENT;
        }
        try {
            return answer(process);
        } finally {
            // One that hangs may have children that hold the pipe.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        program,
                        "show",
                        SystemdService.NAME + ".service",
                        "--no-pager",
                        "--property=" + String.join(",", SystemdService.PROPERTIES))
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }

    private SystemdService answer(Process process) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        try {
            String text = read(process);
            if (!process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new TimeoutException();
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        "systemctl failed: " + text.lines().findFirst().orElse("exit status " + process.exitValue()));
            }
            return SystemdService.parse(text);
        } catch (TimeoutException e) {
            throw new IOException("systemctl gives no answer within " + limit.toMillis() + " ms", e);
        }
    }

    /** On a thread of its own: a read of a pipe cannot be given up. */
    private String read(Process process) throws IOException, InterruptedException, TimeoutException {
        FutureTask<String> text = new FutureTask<>(() -> {
            try (InputStream in = process.getInputStream()) {
                return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
            }
        });
        Thread thread = new Thread(text, "systemctl");
        thread.setDaemon(true);
        thread.start();
        try {
            return text.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IOException("systemctl cannot be read: " + HostFile.reason(e.getCause()), e);
        }
    }
}
