package dev.imdsanalyzer.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace that exists as long as its holder process, which ends with this JVM at the latest: its standard
 * input is a pipe from here. It has no name in the file system, so nothing can be left behind.
 *
 * <p>Entered by nsenter(1), as {@code ip netns exec} mounts a fresh /sys, which hides tracefs.
 */
public final class NetworkNamespace implements CommandPlace, AutoCloseable {
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(20);

    private final Process holder;

    private NetworkNamespace(Process holder) {
        this.holder = holder;
    }

    /** Needs CAP_SYS_ADMIN. */
    public static NetworkNamespace create() {
        // cat waits on the pipe; the word is said once the namespace is there.
        Process holder = Processes.start(
                new ProcessBuilder("unshare", "--net", "--", "sh", "-c", "echo ready; exec cat >/dev/null 2>&1")
                        .redirectError(ProcessBuilder.Redirect.INHERIT));
        try {
            BufferedReader output = holder.inputReader();
            if (!"ready".equals(output.readLine())) {
                throw new IllegalStateException("unshare --net was refused");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return new NetworkNamespace(holder);
    }

    /** What setns(2) takes: a file of the holder's. */
    public String path() {
        return "/proc/" + holder.pid() + "/ns/net";
    }

    /** The holder, by whose pid ip(8) knows the namespace. */
    public long pid() {
        return holder.pid();
    }

    /** The kernel's number for it, as the link {@link #path} shows it. */
    String inode() {
        try {
            return Files.readSymbolicLink(Path.of(path())).toString().replaceAll("[^0-9]", "");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The command inside this namespace: nsenter executes it in its own place, so it has the process's pid. */
    @Override
    public ProcessBuilder command(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("nsenter", "--net=" + path(), "--"));
        whole.addAll(command);
        return new ProcessBuilder(whole);
    }

    /** Runs a command inside to its end and gives its output. */
    public String run(String... command) {
        return Processes.run(command(List.of(command)), "", COMMAND_LIMIT);
    }

    /** Runs a command inside with that standard input. */
    void feed(String input, String... command) {
        Processes.run(command(List.of(command)), input, COMMAND_LIMIT);
    }

    /** Runs ip(8) commands inside, one a line, without the word ip. */
    void ip(String... commands) {
        feed(String.join("\n", commands) + "\n", "ip", "-batch", "-");
    }

    /** The kernel frees the namespace and its links once the last process in it is gone. */
    @Override
    public void close() {
        Processes.stop(holder);
    }
}
