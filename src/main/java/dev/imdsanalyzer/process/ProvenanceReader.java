package dev.imdsanalyzer.process;

import dev.imdsanalyzer.kernel.FileStatus;
import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.kernel.bpf.CallerPlace;
import dev.imdsanalyzer.process.proc.CgroupPath;

/**
 * Finds out how far a caller's names are the host's. What the kernel said of the connect counts; where it said nothing,
 * /proc of a moment later. The files are compared by stat's numbers on both sides, which agree on every file system.
 * For one thread at a time.
 */
final class ProvenanceReader implements AutoCloseable {
    private final ProcFileSystem proc;
    private final HostPlace host;
    private final HostFiles files;

    ProvenanceReader(ProcFileSystem proc, HostPlace host) {
        this.proc = proc;
        this.host = host;
        this.files = new HostFiles(host.pid());
    }

    /**
     * Of a process that can still be read.
     *
     * @param place what the kernel said at the connect; null for nothing
     * @param caller with executable, script and container, as /proc has them
     * @param group where it runs
     */
    Provenance read(int pid, CallerPlace place, Caller caller, CgroupPath group) {
        boolean told = place != null && place.known();
        FileStatus executable = proc.status(pid, "exe");
        boolean same = caller.executable() != null
                && (told && place.sharesHostPaths()
                        || (executable != null
                                && (!told || executable.inode() == place.executableInode())
                                && executable.isSameFile(files.ofHost(caller.executable()))
                                && (seesHost(pid, told) || isHostScript(pid, caller.script()))));
        PathOrigin origin = same ? PathOrigin.HOST : elsewhere(pid, told, executable, caller, group.owner());
        return new Provenance(
                origin,
                isRoots(executable, place),
                hostUsers(pid, place),
                usersOwner(pid, place),
                group.owner(),
                group.hostUnit());
    }

    private PathOrigin elsewhere(int pid, boolean told, FileStatus executable, Caller caller, long containerOwner) {
        if (caller.executable() == null) {
            return PathOrigin.UNKNOWN;
        }
        if (caller.containerId() != null && containerOwner == 0) {
            return PathOrigin.CONTAINER;
        }
        // A file that was replaced while it runs looks like another one; without the kernel's word nobody knows.
        return told || (executable != null && !seesHost(pid, false)) ? PathOrigin.OWN : PathOrigin.UNKNOWN;
    }

    /** Whether /proc says that mounts and root are the host's; what the kernel has denied is not asked again. */
    private boolean seesHost(int pid, boolean denied) {
        return !denied
                && host.mountNamespace() > 0
                && proc.namespace(pid, "mnt") == host.mountNamespace()
                && host.root() != null
                && host.root().isSameFile(proc.status(pid, "root"));
    }

    private boolean isHostScript(int pid, String script) {
        if (script == null || !script.startsWith("/")) {
            return true;
        }
        FileStatus seen = files.status(pid, script);
        return seen != null && seen.isSameFile(files.ofHost(script));
    }

    /** On a device of its own, as a user's file system in user space is, a file may claim any owner. */
    private boolean isRoots(FileStatus executable, CallerPlace place) {
        if (executable == null || executable.owner() != 0) {
            return false;
        }
        boolean real = executable.device() >>> 32 != 0
                || (host.root() != null && host.root().device() == executable.device());
        return real || (place != null && place.known() && place.executableFileSystem() == CallerPlace.BTRFS);
    }

    private boolean hostUsers(int pid, CallerPlace place) {
        return place != null && place.callersUsers().known()
                ? place.callersUsers().initial()
                : proc.namespace(pid, "user") == host.userNamespace() && host.userNamespace() > 0;
    }

    private long usersOwner(int pid, CallerPlace place) {
        return place != null && place.callersUsers().known()
                ? place.callersUsers().owner()
                : hostUsers(pid, place) ? 0 : -1;
    }

    /**
     * Of a process that has ended, by the kernel's word alone.
     *
     * @param caller with executable, script, unit and container as far as they are known, and whose the latter two are
     */
    Provenance ofEnded(CallerPlace place, Caller caller) {
        long containerOwner = caller.provenance().containerOwner();
        FileStatus executable = caller.executable() == null ? null : files.ofHost(caller.executable());
        boolean unchanged = isSameFile(executable, place);
        PathOrigin origin = PathOrigin.UNKNOWN;
        if (caller.executable() != null && place.known()) {
            boolean onHost = place.sharesHostPaths() || (unchanged && !hasScriptFile(caller));
            origin = onHost
                    ? PathOrigin.HOST
                    : caller.containerId() != null && containerOwner == 0 ? PathOrigin.CONTAINER : PathOrigin.OWN;
        }
        boolean usersKnown = place.callersUsers().known();
        return new Provenance(
                origin,
                unchanged && isRoots(executable, place),
                usersKnown && place.callersUsers().initial(),
                usersKnown ? place.callersUsers().owner() : -1,
                containerOwner,
                caller.provenance().hostUnit());
    }

    private static boolean hasScriptFile(Caller caller) {
        return caller.script() != null && caller.script().startsWith("/");
    }

    /**
     * The kernel's device is its super block's, which stat shows on most file systems. On btrfs and on most overlays it
     * does not: then nothing is the same, and on btrfs the inode alone would prove nothing.
     */
    private static boolean isSameFile(FileStatus file, CallerPlace place) {
        return file != null
                && place.known()
                && place.executableInode() != 0
                && place.executableFileSystem() != CallerPlace.BTRFS
                && file.inode() == place.executableInode()
                && deviceInStat(file) == place.executableDevice();
    }

    /** statx tells major and minor number apart; include/linux/kdev_t.h, new_encode_dev(). */
    private static long deviceInStat(FileStatus file) {
        long major = file.device() >>> 32;
        long minor = file.device() & 0xFFFFFFFFL;
        return minor & 0xFF | major << 8 | (minor & ~0xFFL) << 12;
    }

    @Override
    public void close() {
        files.close();
    }
}
