package dev.imdsanalyzer.process;

import dev.imdsanalyzer.kernel.FileStatus;
import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.kernel.RootedFile;
import dev.imdsanalyzer.process.proc.Passwd;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names of users, each from the /etc/passwd that its process sees: a container has its own. A process in another user
 * namespace has other numbers inside than the host sees, so there the host's names count. Users that only a directory
 * service knows stay without a name, as asking it would mean running its code.
 *
 * <p>For one thread at a time.
 */
final class UserNames {
    private static final int ROOTS = 64;
    private static final int FILE_LIMIT = 4 << 20;
    private static final long FRESH_NANOS = 10_000_000_000L;

    private record Root(long device, long inode) {}

    private record Names(Map<Long, String> byNumber, long readNanos) {}

    private final ProcFileSystem proc;
    private final int self = (int) ProcessHandle.current().pid();
    private final long ownUserNamespace;
    private final Map<Root, Names> byRoot = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Root, Names> eldest) {
            return size() > ROOTS;
        }
    };

    UserNames(ProcFileSystem proc) {
        this.proc = proc;
        this.ownUserNamespace = proc.namespace(self, "user");
    }

    /** The name that the number has for the process; null when it has none or nobody may know. */
    String name(int pid, long user) {
        return proc.namespace(pid, "user") == ownUserNamespace ? nameBelow(pid, user) : hostName(user);
    }

    /** The name that the number has on the host; null when it has none. */
    String hostName(long user) {
        return nameBelow(self, user);
    }

    private String nameBelow(int pid, long user) {
        FileStatus root = user < 0 ? null : proc.status(pid, "root");
        if (root == null) {
            return null;
        }
        Root key = new Root(root.device(), root.inode());
        Names names = byRoot.get(key);
        long now = System.nanoTime();
        if (names == null || now - names.readNanos() > FRESH_NANOS) {
            names = new Names(read(pid), now);
            byRoot.put(key, names);
        }
        return names.byNumber().get(user);
    }

    private static Map<Long, String> read(int pid) {
        try (RootedFile file = RootedFile.open(pid, "/etc/passwd")) {
            return file == null ? Map.of() : Passwd.parse(file.readStart(FILE_LIMIT));
        }
    }
}
