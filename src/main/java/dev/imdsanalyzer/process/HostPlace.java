package dev.imdsanalyzer.process;

import dev.imdsanalyzer.kernel.FileStatus;
import dev.imdsanalyzer.kernel.HostRoot;
import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.kernel.RootedFile;
import dev.imdsanalyzer.process.proc.PidStat;

/**
 * Where the host is: mounts, root and users of its first process. This program itself may have mounts of its own, as its
 * unit gives it. Where the first process hides, as under some supervisors, the kernel's own first thread tells the same.
 *
 * @param pid through which files of the host are looked at
 * @param mountNamespace inode; -1 where nobody tells
 * @param userNamespace inode; -1 where nobody tells
 * @param root null where nobody tells
 */
record HostPlace(int pid, long mountNamespace, long userNamespace, FileStatus root) {
    private static final int FIRST = 1;
    private static final int KERNEL_THREADS = 2;

    static HostPlace find(ProcFileSystem proc) {
        if (isReadable(proc, FIRST)) {
            return of(proc, FIRST);
        }
        PidStat second = PidStat.parse(proc.read(KERNEL_THREADS, "stat", 4096));
        boolean kernel =
                second != null && second.parentPid() == 0 && second.name().equals("kthreadd");
        return of(
                proc,
                kernel && isReadable(proc, KERNEL_THREADS)
                        ? KERNEL_THREADS
                        : (int) ProcessHandle.current().pid());
    }

    private static boolean isReadable(ProcFileSystem proc, int pid) {
        return proc.namespace(pid, "mnt") > 0 && proc.status(pid, "root") != null;
    }

    private static HostPlace of(ProcFileSystem proc, int pid) {
        // Before Linux 5.6 nobody can be kept below another process's root.
        boolean seen = !HostRoot.isElsewhere() && RootedFile.statusOf(pid, "/") != null;
        int through = seen ? pid : HostRoot.PID;
        return new HostPlace(
                through, proc.namespace(pid, "mnt"), proc.namespace(pid, "user"), proc.status(pid, "root"));
    }
}
