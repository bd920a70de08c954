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
        FileStatus executable = proc.status(pid, "exe");
        long usersOwner = usersOwner(pid, place);
        Proof proof = proof(pid, place, caller, executable);
        return new Provenance(
                origin(proof, caller, group.owner(), usersOwner),
                isRoots(executable, place),
                hostUsers(pid, place),
                usersOwner,
                group.owner(),
                group.hostUnit());
    }

    /** Whether the files are the host's: that may stay open, where nobody can be asked any more or nobody answers. */
    private enum Proof {
        SAME,
        OTHER,
        OPEN
    }

    private Proof proof(int pid, CallerPlace place, Caller caller, FileStatus executable) {
        boolean told = place != null && place.known();
        if (caller.executable() == null) {
            return Proof.OPEN;
        }
        if (told && place.sharesHostPaths()) {
            return Proof.SAME;
        }
        HostFiles.Look hosts = files.ofHost(caller.executable());
        Proof file = executable == null
                ? byNumbers(hosts, place)
                : told && executable.inode() != place.executableInode()
                        ? byNumbers(hosts, place)
                        : compared(hosts, executable);
        if (file != Proof.SAME) {
            // A file that was replaced while it runs looks like another one; without the kernel's word nobody knows.
            return file == Proof.OTHER && !told && seesHost(pid) ? Proof.OPEN : file;
        }
        return !told && seesHost(pid) ? Proof.SAME : scriptProof(pid, caller.script());
    }

    private static Proof compared(HostFiles.Look hosts, FileStatus seen) {
        if (!hosts.answered()) {
            return Proof.OPEN;
        }
        return seen.isSameFile(hosts.status()) ? Proof.SAME : Proof.OTHER;
    }

    private Proof scriptProof(int pid, String script) {
        if (script == null || !script.startsWith("/")) {
            return Proof.SAME;
        }
        HostFiles.Look seen = files.of(pid, script);
        return !seen.answered() || seen.status() == null ? Proof.OPEN : compared(files.ofHost(script), seen.status());
    }

    /**
     * By the kernel's numbers of the executable. Its device is the super block's, which stat shows on most file systems. On
     * btrfs and on most overlays it does not, and on btrfs the inode alone would prove nothing.
     */
    private static Proof byNumbers(HostFiles.Look hosts, CallerPlace place) {
        if (place == null || !place.known() || place.executableInode() == 0 || !hosts.answered()) {
            return Proof.OPEN;
        }
        FileStatus file = hosts.status();
        boolean same = file != null
                && file.inode() == place.executableInode()
                && deviceInStat(file) == place.executableDevice();
        if (place.executableFileSystem() == CallerPlace.BTRFS) {
            return Proof.OPEN;
        }
        return same ? Proof.SAME : place.executableFileSystem() == CallerPlace.OVERLAY ? Proof.OPEN : Proof.OTHER;
    }

    /** What stays open is the caller's own where its user is root of a namespace of his own: there he can make it so. */
    private static PathOrigin origin(Proof proof, Caller caller, long containerOwner, long usersOwner) {
        if (caller.executable() == null) {
            return PathOrigin.UNKNOWN;
        }
        if (proof == Proof.SAME) {
            return PathOrigin.HOST;
        }
        if (containerOwner == 0 && (caller.containerId() != null || caller.podUid() != null)) {
            return PathOrigin.CONTAINER;
        }
        return proof == Proof.OTHER || usersOwner > 0 ? PathOrigin.OWN : PathOrigin.UNKNOWN;
    }

    /** Whether /proc says that mounts and root are the host's. */
    private boolean seesHost(int pid) {
        return host.mountNamespace() > 0
                && proc.namespace(pid, "mnt") == host.mountNamespace()
                && host.root() != null
                && host.root().isSameFile(proc.status(pid, "root"));
    }

    /** On a device of its own, as a user's file system in user space is, a file may claim any owner. */
    private boolean isRoots(FileStatus executable, CallerPlace place) {
        if (executable == null || executable.owner() != 0) {
            return false;
        }
        boolean real = (executable.device() >>> 32) != 0
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
        long usersOwner = place.callersUsers().known() ? place.callersUsers().owner() : -1;
        boolean looked = caller.executable() != null && place.known();
        HostFiles.Look hosts = looked ? files.ofHost(caller.executable()) : HostFiles.Look.UNANSWERED;
        Proof numbers = byNumbers(hosts, place);
        Proof proof = place.sharesHostPaths() ? Proof.SAME : numbers;
        boolean script = caller.script() != null && caller.script().startsWith("/");
        if (proof == Proof.SAME && script && !place.sharesHostPaths()) {
            proof = Proof.OPEN;
        }
        return new Provenance(
                origin(proof, caller, containerOwner, usersOwner),
                numbers == Proof.SAME && isRoots(hosts.status(), place),
                place.callersUsers().known() && place.callersUsers().initial(),
                usersOwner,
                containerOwner,
                caller.provenance().hostUnit());
    }

    /** statx tells major and minor number apart; include/linux/kdev_t.h, new_encode_dev(). */
    private static long deviceInStat(FileStatus file) {
        long major = file.device() >>> 32;
        long minor = file.device() & 0xFFFFFFFFL;
        return (minor & 0xFF) | (major << 8) | ((minor & ~0xFFL) << 12);
    }

    @Override
    public void close() {
        files.close();
    }
}
