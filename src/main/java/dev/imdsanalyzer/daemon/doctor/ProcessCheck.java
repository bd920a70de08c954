package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.daemon.host.HostFile;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Whether /proc shows the processes of others; pid 1 stands for them. */
final class ProcessCheck {
    private static final Pattern HIDDEN = Pattern.compile("(?m)^\\S+ /proc proc \\S*\\bhidepid=(?!0\\b|off\\b)(\\w+)");

    private ProcessCheck() {}

    /** @param proc the mount point of procfs */
    static Check of(Path proc) {
        var hidden = HIDDEN.matcher(HostFile.text(proc.resolve("self/mounts")));
        String option = hidden.find() ? " (mounted with hidepid=" + hidden.group(1) + ")" : "";
        List<Path> unreadable = List.of(proc.resolve("1/stat"), proc.resolve("1/cmdline")).stream()
                .filter(file -> !HostFile.canRead(file))
                .toList();
        if (!unreadable.isEmpty()) {
            return Check.weak(
                    "proc",
                    "other users' processes are hidden" + option,
                    "callers are named by what the kernel reports at their connect, or not at all",
                    "run as root, with CAP_SYS_PTRACE, or as a member of the group in the mount option gid=");
        }
        if (!HostFile.canList(proc.resolve("1/fd"))) {
            return Check.weak(
                    "proc",
                    "other users' processes are there, their descriptors may not be read" + option,
                    "connections that are older than the start are not attributed, nor any without the connect source",
                    "run as root or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
        }
        return Check.ok("proc", "other users' processes and descriptors can be read" + option);
    }
}
