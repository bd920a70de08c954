package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.kernel.Capability;
import dev.imdsanalyzer.kernel.FileStatus;
import dev.imdsanalyzer.kernel.RootedFile;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PackageOwners;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * Looks up the package of a caller's script or executable once for each file, in the databases below the caller's own
 * root directory: a container has its own packages. A thread of its own reads the databases; callers that do not fit
 * into its bounded queue stay without a package.
 */
public final class PackageLookup implements PackageOwners, AutoCloseable {
    private static final int QUEUE_LIMIT = 256;
    private static final int KEPT = 1024;
    private static final long LOOKUP_NANOS = 1_000_000_000L;

    /** A file and its version: by path, too, as that is how databases know it. */
    private record FileKey(String path, long device, long inode, long modifiedNanos) {}

    private record Task(Caller caller, String path, FileKey key, int rootPid, Consumer<Caller> done) {}

    private final int self = (int) ProcessHandle.current().pid();
    private final BlockingQueue<Task> tasks = new ArrayBlockingQueue<>(QUEUE_LIMIT);
    private final Map<FileKey, Optional<OwningPackage>> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FileKey, Optional<OwningPackage>> eldest) {
            return size() > KEPT;
        }
    };
    private final Thread thread;

    /** Starts its thread. */
    public PackageLookup() {
        thread = new Thread(this::run, "packages");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void complete(Caller caller, Consumer<Caller> done) {
        String path = subject(caller);
        // A process that is gone has no root any more; outside containers it was the host's.
        int rootPid = path == null ? -1 : caller.pid();
        FileKey key = path == null ? null : key(rootPid, path);
        if (key == null && path != null && caller.containerId() == null) {
            rootPid = self;
            key = key(rootPid, path);
        }
        if (key == null) {
            done.accept(caller);
            return;
        }
        Optional<OwningPackage> owner;
        synchronized (known) {
            owner = known.get(key);
        }
        if (owner != null) {
            done.accept(with(caller, owner));
        } else if (!tasks.offer(new Task(caller, path, key, rootPid, done))) {
            done.accept(caller);
        }
    }

    /** The file whose package counts: an interpreter's script, or the executable; null where it is no file. */
    private static String subject(Caller caller) {
        String subject = caller.script() != null ? caller.script() : caller.executable();
        return caller.pid() > 0 && subject != null && subject.startsWith("/") ? subject : null;
    }

    private static FileKey key(int rootPid, String path) {
        try (RootedFile file = RootedFile.open(rootPid, path)) {
            if (file == null) {
                return null;
            }
            FileStatus status = file.status();
            return new FileKey(path, status.device(), status.inode(), status.modifiedNanos());
        }
    }

    private static Caller with(Caller caller, Optional<OwningPackage> owner) {
        return owner.map(found -> new CallerBuilder(caller)
                        .owner(found.name(), found.version(), found.type())
                        .build())
                .orElse(caller);
    }

    private void run() {
        Capabilities.keepAtMost(Capability.CAP_DAC_READ_SEARCH, Capability.CAP_SYS_PTRACE);
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Task task = tasks.take();
                Optional<OwningPackage> owner;
                synchronized (known) {
                    owner = known.get(task.key());
                }
                if (owner == null) {
                    owner = lookUp(task);
                }
                task.done().accept(with(task.caller(), owner));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<OwningPackage> lookUp(Task task) {
        Deadline deadline = new Deadline(LOOKUP_NANOS);
        Optional<OwningPackage> owner;
        try {
            owner = Optional.ofNullable(owner(path -> RootedFile.open(task.rootPid(), path), task.path(), deadline));
        } catch (RuntimeException e) {
            // A database is another's data; whatever is wrong with it, the caller is known without.
            owner = Optional.empty();
        }
        synchronized (known) {
            known.put(task.key(), owner);
        }
        return owner;
    }

    /** Asks the databases that are there: of dpkg first, as Debian may have an rpm database too, but no RPM system dpkg's. */
    static OwningPackage owner(FileRoot root, String path, Deadline deadline) {
        OwningPackage owner = new DebianPackages(root, deadline).owner(path);
        return owner != null ? owner : new RpmPackages(root, deadline).owner(path);
    }

    /** Ends its thread and waits for it; callers in the queue stay without a package. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
            task.done().accept(task.caller());
        }
    }
}
