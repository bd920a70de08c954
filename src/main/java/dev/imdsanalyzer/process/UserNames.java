package dev.imdsanalyzer.process;

import dev.imdsanalyzer.kernel.FileStatus;
import dev.imdsanalyzer.kernel.HostRoot;
import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.kernel.RootedFile;
import dev.imdsanalyzer.process.proc.Passwd;

/**
 * Names of users: a container has its own, in the /etc/passwd that its processes see; elsewhere they are the host's. A process in another user
 * namespace has other numbers inside than the host sees, so there the host's names count. Users that only a directory
 * service knows stay without a name, as asking it would mean running its code.
 *
 * <p>For one thread at a time.
 */
final class UserNames implements AutoCloseable {
    private static final String FILE = "/etc/passwd";
    private static final int KEPT = 256;

    /** Some ten thousand users; of a larger file, only as much is looked at. */
    private static final int FILE_LIMIT = 512 * 1024;

    private static final long FRESH_NANOS = 10_000_000_000L;

    /** A number below a root directory, as that has its own names. */
    private record User(long device, long inode, long number) {}

    /** The name may be null: nobody has the number. */
    private record Name(String text, long readNanos) {}

    private final ProcFileSystem proc;
    private final int self = (int) ProcessHandle.current().pid();
    private final HostFiles files = new HostFiles(self);
    private final long ownUserNamespace;
    private final RecentlyUsed<User, Name> known = new RecentlyUsed<>(KEPT);

    UserNames(ProcFileSystem proc) {
        this.proc = proc;
        this.ownUserNamespace = proc.namespace(self, "user");
    }

    /**
     * The name that the number has for the process; null when it has none or nobody may know.
     *
     * @param place what else is known of where the process is, should it have ended or hide
     */
    String name(int pid, long user, Caller place) {
        long userNamespace = proc.namespace(pid, "user");
        if (userNamespace == ownUserNamespace) {
            // Outside containers whoever shows another /etc/passwd stays who he is.
            return place.containerId() != null || place.podUid() != null ? nameBelow(pid, user) : hostName(user);
        }
        return userNamespace > 0 || HostView.isOf(place) ? hostName(user) : null;
    }

    /** The name that the number has on the host; null when it has none. */
    String hostName(long user) {
        return nameBelow(HostRoot.PID, user);
    }

    private String nameBelow(int pid, long user) {
        FileStatus root = user < 0 ? null : root(pid);
        if (root == null) {
            return null;
        }
        User key = new User(root.device(), root.inode(), user);
        Name name = known.get(key);
        long now = System.nanoTime();
        if (name == null || now - name.readNanos() > FRESH_NANOS) {
            name = new Name(read(pid, user), now);
            known.put(key, name);
        }
        return name.text();
    }

    private FileStatus root(int pid) {
        return pid == HostRoot.PID ? RootedFile.statusOf(pid, "/") : proc.status(pid, "root");
    }

    private String read(int pid, long user) {
        // Those of a container may be where nobody answers, and here every caller is waited for.
        if (pid != HostRoot.PID) {
            return Passwd.name(files.start(pid, FILE, FILE_LIMIT), user);
        }
        try (RootedFile file = RootedFile.open(pid, FILE)) {
            return file == null ? null : Passwd.name(file.readStart(FILE_LIMIT), user);
        }
    }

    @Override
    public void close() {
        files.close();
    }
}
