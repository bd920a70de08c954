package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.kernel.Capability;
import dev.imdsanalyzer.kernel.FileStatus;
import dev.imdsanalyzer.kernel.RootedFile;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.HostView;
import dev.imdsanalyzer.process.PackageOwners;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Looks up the package of a caller's script or executable once for each file, in the databases below the caller's own
 * root directory: a container has its own packages. A thread of its own touches all files, the caller's among them: a
 * file system whose server is gone holds it up for as long as that lasts, and nobody else. Callers that do not fit into
 * its bounded queue stay without a package.
 */
public final class PackageLookup implements PackageOwners, AutoCloseable {
    private static final int QUEUE_LIMIT = 256;
    private static final int KEPT = 1024;
    private static final long LOOKUP_NANOS = 1_000_000_000L;

    /** A look-up that failed or ran out of time, as on a busy machine, is tried again after so long. */
    static final long RETRY_NANOS = 60_000_000_000L;

    /** The thread may hang in a file system; it is a daemon, so the program ends without it. */
    private static final long STOP_MILLIS = 1_000;

    /** Opens a file below some process's root; null for none, as {@link RootedFile#open}. */
    interface RootedFiles {
        RootedFile open(int pid, String path);
    }

    /** A file and its version: by path, too, as that is how databases know it. */
    private record FileKey(String path, long device, long inode, long modifiedNanos) {}

    /** @param owner null for none */
    private record Answer(OwningPackage owner, boolean passing, long nanos) {}

    private record Task(Caller caller, String path, Consumer<Caller> done) {}

    private final int self = (int) ProcessHandle.current().pid();
    private final RootedFiles files;
    private final LongSupplier nanoTime;
    private final BlockingQueue<Task> tasks = new ArrayBlockingQueue<>(QUEUE_LIMIT);
    /** Of the thread alone. */
    private final Map<FileKey, Answer> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FileKey, Answer> eldest) {
            return size() > KEPT;
        }
    };

    private final Thread thread;

    /** Starts its thread. */
    public PackageLookup() {
        this(RootedFile::open, System::nanoTime);
    }

    PackageLookup(RootedFiles files, LongSupplier nanoTime) {
        this.files = files;
        this.nanoTime = nanoTime;
        thread = new Thread(this::run, "packages");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void complete(Caller caller, Consumer<Caller> done) {
        String path = subject(caller);
        if (path == null || !tasks.offer(new Task(caller, path, done))) {
            done.accept(caller);
        }
    }

    /** The file whose package counts: an interpreter's script, or the executable; null where it is no file. */
    private static String subject(Caller caller) {
        String subject = caller.script() != null ? caller.script() : caller.executable();
        return caller.pid() > 0 && subject != null && subject.startsWith("/") ? subject : null;
    }

    private void run() {
        Capabilities.keepAtMost(Capability.CAP_DAC_READ_SEARCH, Capability.CAP_SYS_PTRACE);
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Task task = tasks.take();
                task.done().accept(completed(task));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The caller with its package. Databases are another's data; whatever is wrong, the caller is known without. */
    private Caller completed(Task task) {
        try {
            Caller caller = task.caller();
            int rootPid = caller.pid();
            FileKey key = key(rootPid, task.path());
            // A process that is gone has no root any more; outside containers it was the host's.
            if (key == null && HostView.isOf(caller)) {
                rootPid = self;
                key = key(rootPid, task.path());
            }
            OwningPackage owner = key == null ? null : owner(rootPid, key);
            return owner == null
                    ? caller
                    : new CallerBuilder(caller)
                            .owner(owner.name(), owner.version(), owner.type())
                            .build();
        } catch (RuntimeException e) {
            return task.caller();
        }
    }

    private FileKey key(int rootPid, String path) {
        try (RootedFile file = files.open(rootPid, path)) {
            if (file == null) {
                return null;
            }
            FileStatus status = file.status();
            return new FileKey(path, status.device(), status.inode(), status.modifiedNanos());
        }
    }

    private OwningPackage owner(int rootPid, FileKey key) {
        Answer answer = known.get(key);
        if (answer == null || (answer.passing() && nanoTime.getAsLong() - answer.nanos() >= RETRY_NANOS)) {
            answer = lookUp(rootPid, key.path());
            known.put(key, answer);
        }
        return answer.owner();
    }

    private Answer lookUp(int rootPid, String path) {
        Deadline deadline = new Deadline(LOOKUP_NANOS, nanoTime);
        try {
            OwningPackage owner = owner(below -> files.open(rootPid, below), path, deadline);
            return new Answer(owner, owner == null && deadline.isOver(), nanoTime.getAsLong());
        } catch (RuntimeException e) {
            return new Answer(null, true, nanoTime.getAsLong());
        }
    }

    /** Asks the databases that are there: of dpkg first, as Debian may have an rpm database too, but no RPM system dpkg's. */
    static OwningPackage owner(FileRoot root, String path, Deadline deadline) {
        OwningPackage owner = new DebianPackages(root, deadline).owner(path);
        return owner != null ? owner : new RpmPackages(root, deadline).owner(path);
    }

    /** Ends its thread and waits for it a little; callers in the queue stay without a package. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
            task.done().accept(task.caller());
        }
    }
}
