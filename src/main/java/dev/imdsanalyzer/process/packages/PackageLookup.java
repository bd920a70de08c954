package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.FileStatus;
import dev.imdsanalyzer.kernel.HostRoot;
import dev.imdsanalyzer.kernel.RootedFile;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PackageOwners;
import dev.imdsanalyzer.process.PathOrigin;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Looks up the package of a caller's script or executable once for each file, in the databases below the caller's own
 * root directory: a container has its own packages. A thread of its own touches all files, the caller's among them: a
 * file system whose server is gone holds it up for as long as that lasts, and another one takes its place. Parties take
 * turns; callers that do not fit into the bounded queue stay without a package.
 */
public final class PackageLookup implements PackageOwners, AutoCloseable {
    private static final int QUEUE_LIMIT = 256;
    private static final int PARTY_LIMIT = 32;

    /** A look-up that failed or ran out of time, as on a busy machine, is tried again after so long. */
    static final long RETRY_NANOS = 60_000_000_000L;

    /** Opens a file below some process's root; null for none, as {@link RootedFile#open}. */
    interface RootedFiles {
        RootedFile open(int pid, String path);
    }

    private record Task(Caller caller, String path, Party party, Consumer<Caller> done) {}

    private final RootedFiles files;
    private final Counters counters;
    private final LongSupplier nanoTime;
    private final FairQueue<Party, Task> tasks = new FairQueue<>(QUEUE_LIMIT, PARTY_LIMIT);
    private final KnownOwners known = new KnownOwners(RETRY_NANOS);
    private final LeftAlone leftAlone = new LeftAlone(RETRY_NANOS);
    private final LookupThreads threads;

    /**
     * Starts its thread.
     *
     * @param counters of databases that were given up
     */
    public PackageLookup(Counters counters) {
        this(RootedFile::open, counters, System::nanoTime);
    }

    PackageLookup(RootedFiles files, Counters counters, LongSupplier nanoTime) {
        this.files = files;
        this.counters = counters;
        this.nanoTime = nanoTime;
        threads = new LookupThreads(this::next, nanoTime);
    }

    @Override
    public void complete(Caller caller, Consumer<Caller> done) {
        String path = subject(caller);
        if (path == null) {
            done.accept(caller);
            return;
        }
        Party party = Party.of(caller);
        // While a thread hangs in a party's file system, no other one shall.
        Party stuck = threads.replaceStuck();
        if (stuck != null) {
            giveUp(stuck);
        }
        if (leftAlone.has(party, nanoTime.getAsLong()) || !tasks.offer(party, new Task(caller, path, party, done))) {
            done.accept(caller);
        }
    }

    /**
     * The file whose package counts: an interpreter's script, or the executable; null where it is no file. What a caller
     * or its user shows in a place of his own is of no package, whatever a database there says.
     */
    private static String subject(Caller caller) {
        PathOrigin origin = caller.provenance().path();
        if (origin != PathOrigin.HOST && origin != PathOrigin.CONTAINER) {
            return null;
        }
        String subject = caller.script() != null ? caller.script() : caller.executable();
        return caller.pid() > 0 && subject != null && subject.startsWith("/") ? subject : null;
    }

    private void giveUp(Party party) {
        counters.increment(Counter.PACKAGE_DATABASES_GIVEN_UP);
        leftAlone.add(party, nanoTime.getAsLong());
    }

    private void next(LookupThreads.Turn turn) throws InterruptedException {
        Task task = tasks.take();
        turn.begin(task.party());
        // It may have been left alone since it was asked.
        Caller caller = leftAlone.has(task.party(), nanoTime.getAsLong()) ? task.caller() : completed(task);
        turn.end();
        task.done().accept(caller);
    }

    /** The caller with its package. Databases are another's data; whatever is wrong, the caller is known without. */
    private Caller completed(Task task) {
        try {
            Caller caller = task.caller();
            // The host's file is the host's package's, however the caller's own root and its databases look.
            int rootPid = caller.provenance().path() == PathOrigin.HOST ? HostRoot.PID : caller.pid();
            KnownOwners.FileKey key = key(rootPid, task);
            OwningPackage owner = key == null ? null : owner(rootPid, key);
            return owner == null
                    ? caller
                    : new CallerBuilder(caller)
                            .owner(owner.name(), owner.version(), owner.type())
                            .build();
        } catch (RuntimeException e) {
            counters.faults().add(e);
            return task.caller();
        }
    }

    private KnownOwners.FileKey key(int rootPid, Task task) {
        try (RootedFile file = files.open(rootPid, task.path())) {
            if (file == null) {
                return null;
            }
            FileStatus status = file.status();
            return new KnownOwners.FileKey(
                    task.party(), task.path(), status.device(), status.inode(), status.modifiedNanos());
        }
    }

    private OwningPackage owner(int rootPid, KnownOwners.FileKey key) {
        KnownOwners.Answer answer = known.get(key, nanoTime.getAsLong());
        if (answer == null) {
            answer = lookUp(rootPid, key.path(), key.party());
            known.put(key, answer);
        }
        return answer.owner();
    }

    private KnownOwners.Answer lookUp(int rootPid, String path, Party party) {
        LookupBudget budget = new LookupBudget(LookupBudget.LOOKUP_NANOS, nanoTime);
        OwningPackage owner = null;
        boolean passing = false;
        try {
            owner = owner(below -> DatabaseFile.of(files.open(rootPid, below)), path, budget);
        } catch (DatabaseGivenUpException e) {
            passing = true;
            if (e.isUsedUp()) {
                giveUp(party);
            } else {
                counters.increment(Counter.PACKAGE_DATABASES_GIVEN_UP);
            }
        } catch (RuntimeException e) {
            counters.faults().add(e);
            passing = true;
        }
        return new KnownOwners.Answer(owner, passing, nanoTime.getAsLong());
    }

    /**
     * Asks the databases that are there: of dpkg first, as Debian may have an rpm database too, but no RPM system dpkg's.
     *
     * @return null when none knows the file
     * @throws DatabaseGivenUpException where one passes a bound
     */
    static OwningPackage owner(FileRoot root, String path, LookupBudget budget) {
        FileRoot metered = root.metered(budget);
        OwningPackage owner = new DebianPackages(metered, budget).owner(path);
        return owner != null ? owner : new RpmPackages(metered, budget).owner(path);
    }

    /** Ends its threads and waits for them a little; callers in the queue stay without a package. */
    @Override
    public void close() {
        threads.close();
        for (Task task : tasks.drain()) {
            task.done().accept(task.caller());
        }
    }
}
