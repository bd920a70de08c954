package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.RecentlyUsed;
import dev.imdsanalyzer.process.Workload;
import dev.imdsanalyzer.process.proc.CgroupPath;

/**
 * Containers as their runtime's files told them when they were made, and the processes that the runtimes have started in
 * each: so one that is gone at once has its place and its names too. Those of users are kept apart from root's, and what one user's
 * files say is never another's. Bounded; the longest not asked for goes first. Any thread.
 */
final class StartedContainers {
    private static final int REMEMBERED = 2_000;
    private static final int REMEMBERED_OF_USERS = 200;
    private static final long REMEMBERED_BYTES = 2L << 20;
    private static final int OBJECTS = 256;

    /** So long a runtime may take from a process's start until it has written its number down. */
    static final long START_NANOS = 30_000_000_000L;

    /** A file's time is that of the last tick of the kernel's clock, and a process's start is rounded as well. */
    static final long ROUNDING_NANOS = 100_000_000L;

    /**
     * A container.
     *
     * @param owner who runs its runtime: 0 for root
     * @param runtime that has made it
     * @param group the control group it was to be put into
     * @param workload {@link Workload#NONE} where it has no names
     */
    record Started(long owner, String id, String runtime, CgroupPath group, Workload workload) {
        boolean hasNames() {
            return !workload.equals(Workload.NONE);
        }
    }

    /** @param writtenNanos when its number was written down, as {@link Caller#startNanos} counts */
    private record First(String id, long writtenNanos) {}

    private record IdKey(long owner, String id) {}

    private record PidKey(long owner, int pid) {}

    /** Root's, or users'. */
    private static final class Share {
        final RecentlyUsed<IdKey, Started> byId;
        final RecentlyUsed<PidKey, First> byPid;

        Share(int containers) {
            byId = new RecentlyUsed<>(
                    containers,
                    REMEMBERED_BYTES,
                    (id, started) -> OBJECTS + started.workload().weight());
            byPid = new RecentlyUsed<>(2 * containers, REMEMBERED_BYTES, (pid, first) -> OBJECTS);
        }
    }

    private final Share roots = new Share(REMEMBERED);
    private final Share users = new Share(REMEMBERED_OF_USERS);

    private Share share(long owner) {
        return owner == 0 ? roots : users;
    }

    synchronized void put(Started started) {
        share(started.owner()).byId.put(new IdKey(started.owner(), started.id()), started);
    }

    /** Remembers a process of the container's. */
    synchronized void put(long owner, int pid, long writtenNanos, String id) {
        Started known = get(owner, id);
        share(owner).byPid.put(new PidKey(owner, pid), new First(known == null ? id : known.id(), writtenNanos));
    }

    /** Null for none. */
    synchronized Started get(long owner, String id) {
        return share(owner).byId.get(new IdKey(owner, id));
    }

    /**
     * The container that a runtime has started the caller in, or an ancestor of the caller's.
     *
     * @param usersOwner who has made the caller's user namespace, as nobody else can have started it in a container of his; 0 or
     *     less for root's alone
     * @return null for none
     */
    synchronized Started of(Caller caller, long usersOwner) {
        Started started = ofOwner(caller, 0);
        return started == null && usersOwner > 0 ? ofOwner(caller, usersOwner) : started;
    }

    private Started ofOwner(Caller caller, long owner) {
        Started started = of(owner, caller.pid(), caller.startNanos());
        for (int i = 0; started == null && i < caller.ancestors().size(); i++) {
            Ancestor ancestor = caller.ancestors().get(i);
            started = of(owner, ancestor.pid(), ancestor.startNanos());
        }
        return started;
    }

    /** By its start as well, as numbers are used again. */
    private Started of(long owner, int pid, long startNanos) {
        First first = startNanos == 0 ? null : share(owner).byPid.get(new PidKey(owner, pid));
        boolean same = first != null
                && startNanos <= first.writtenNanos() + ROUNDING_NANOS
                && startNanos >= first.writtenNanos() - START_NANOS;
        return same ? share(owner).byId.get(new IdKey(owner, first.id())) : null;
    }
}
