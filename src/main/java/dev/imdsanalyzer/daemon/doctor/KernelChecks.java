package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.daemon.host.HostFile;
import dev.imdsanalyzer.daemon.host.KernelRelease;
import dev.imdsanalyzer.daemon.host.Privileges;
import dev.imdsanalyzer.kernel.perf.TracepointFormat;
import dev.imdsanalyzer.process.connect.ConnectSource;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel has for naming callers at their connect. */
final class KernelChecks {
    private static final String SOCKETS_ALONE = Privileges.SOCKETS_ALONE;
    private static final String SEE_ABOVE = "mend what is weak above; on this kernel nothing else is known to help";
    private static final List<String> TRACEFS = List.of("sys/kernel/tracing", "sys/kernel/debug/tracing");

    private final Path root;

    KernelChecks(Path root) {
        this.root = root;
    }

    String release() {
        return HostFile.text(root.resolve("proc/sys/kernel/osrelease")).strip();
    }

    Check kernel() {
        String release = release();
        if (KernelRelease.parse(release).atLeast(4, 18)) {
            return Check.ok("kernel", "Linux " + release);
        }
        return Check.weak(
                "kernel",
                release.isEmpty() ? "its release cannot be read" : "Linux " + release,
                SOCKETS_ALONE,
                "the program that reports connects takes Linux 4.18: take a newer kernel");
    }

    Check tracefs() {
        Path closed = null;
        for (String mountPoint : TRACEFS) {
            Path folder = root.resolve(mountPoint);
            if (HostFile.canList(folder.resolve("events"))) {
                return Check.ok("tracefs", "mounted at " + folder);
            }
            if (Files.isDirectory(folder.resolve("events"))
                    || (Files.isDirectory(folder) && !Files.isExecutable(folder))) {
                closed = closed == null ? folder : closed;
            }
        }
        if (rawTracepoint()) {
            return Check.ok(
                    "tracefs",
                    (closed != null ? "may not be read at " + closed : "not mounted")
                            + "; not needed, as BTF tells enough for the raw tracepoint");
        }
        if (closed != null) {
            return Check.weak(
                    "tracefs",
                    "may not be read at " + closed,
                    SOCKETS_ALONE,
                    "run as root or with CAP_DAC_READ_SEARCH");
        }
        return Check.weak("tracefs", "not mounted", SOCKETS_ALONE, "mount -t tracefs tracefs /sys/kernel/tracing");
    }

    /** Whether BTF stands in for tracefs: struct sock has had all that it takes in that form since Linux 5.6. */
    private boolean rawTracepoint() {
        return HostFile.canRead(btfFile()) && KernelRelease.parse(release()).atLeast(5, 6);
    }

    private Path btfFile() {
        return root.resolve("sys/kernel/btf/vmlinux");
    }

    /** Of the running kernel, wherever the root is. */
    Check tracepoint() {
        try {
            int number = TracepointFormat.read("sock", "inet_sock_set_state").id();
            return Check.ok("tracepoint", "sock:inet_sock_set_state has the number " + number);
        } catch (IOException e) {
            return rawTracepoint()
                    ? Check.ok("tracepoint", "inet_sock_set_state is taken raw, as " + HostFile.reason(e))
                    : Check.weak("tracepoint", HostFile.reason(e), SOCKETS_ALONE, SEE_ABOVE);
        }
    }

    Check btf() {
        Path file = btfFile();
        if (HostFile.canRead(file)) {
            return Check.ok("btf", file + " is there");
        }
        return Check.weak(
                "btf",
                Files.exists(file) ? file + " may not be read" : "there is no " + file,
                "callers that exit at once are named without arguments and ancestors",
                "take a kernel with CONFIG_DEBUG_INFO_BTF=y, as Amazon Linux 2023 and current distributions have");
    }

    /** Loads and attaches what {@code run} would, and takes it away again. */
    static Check connect(boolean wanted, boolean execMemory) {
        if (!wanted) {
            return Check.weak(
                    "connect", "switched off by attribution.connect", SOCKETS_ALONE, "set attribution.connect to true");
        }
        try (ConnectSource source = ConnectSource.start(new Counters(), execMemory)) {
            List<String> weaknesses = source.weaknesses();
            return weaknesses.isEmpty()
                    ? Check.ok(
                            "connect",
                            "the kernel reports connects to IMDS, with arguments and ancestors, by " + source.hook()
                                    + (execMemory ? ", and remembers what they have executed" : ""))
                    : Check.weak(
                            "connect",
                            "the kernel reports connects to IMDS",
                            String.join("; ", weaknesses),
                            "run on the host itself, with a kernel that has BTF and permits reading processes from BPF");
        } catch (IOException | RuntimeException | LinkageError e) {
            return Check.weak("connect", HostFile.reason(e), SOCKETS_ALONE, SEE_ABOVE);
        }
    }
}
