package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.RecentlyUsed;
import dev.imdsanalyzer.process.Workload;
import dev.imdsanalyzer.process.proc.CgroupPath;

/**
 * Containers of root's runtimes as their files told them when they were made, and the processes that the runtimes have
 * started in each: so one that is gone at once has its place and its names too. Bounded; the longest not asked for goes
 * first. Any thread.
 */
final class StartedContainers {
    private static final int REMEMBERED = 2_000;
    private static final long REMEMBERED_BYTES = 2L << 20;
    private static final int OBJECTS = 256;

    /** So long a runtime may take from a process's start until it has written its number down. */
    static final long START_NANOS = 30_000_000_000L;

    /** A file's time is that of the last tick of the kernel's clock, and a process's start is rounded as well. */
    static final long ROUNDING_NANOS = 100_000_000L;

    /**
     * A container.
     *
     * @param runtime that has made it
     * @param group the control group it was to be put into
     * @param workload {@link Workload#NONE} where it has no names
     */
    record Started(String id, String runtime, CgroupPath group, Workload workload) {
        boolean hasNames() {
            return !workload.equals(Workload.NONE);
        }
    }

    /** @param writtenNanos when its number was written down, as {@link Caller#startNanos} counts */
    private record First(String id, long writtenNanos) {}

    private final RecentlyUsed<String, Started> byId = new RecentlyUsed<>(
            REMEMBERED,
            REMEMBERED_BYTES,
            (id, started) -> OBJECTS + started.workload().weight());
    private final RecentlyUsed<Integer, First> byPid =
            new RecentlyUsed<>(2 * REMEMBERED, REMEMBERED_BYTES, (pid, first) -> OBJECTS);

    synchronized void put(Started started) {
        byId.put(started.id(), started);
    }

    /** Remembers a process of the container's. */
    synchronized void put(int pid, long writtenNanos, String id) {
        byPid.put(pid, new First(id, writtenNanos));
    }

    /** Null for none. */
    synchronized Started get(String id) {
        return byId.get(id);
    }

    /** The container that a runtime has started the caller in, or an ancestor of the caller's; null for none. */
    synchronized Started of(Caller caller) {
        Started started = of(caller.pid(), caller.startNanos());
        for (int i = 0; started == null && i < caller.ancestors().size(); i++) {
            Ancestor ancestor = caller.ancestors().get(i);
            started = of(ancestor.pid(), ancestor.startNanos());
        }
        return started;
    }

    /** By its start as well, as numbers are used again. */
    private Started of(int pid, long startNanos) {
        First first = startNanos == 0 ? null : byPid.get(pid);
        boolean same = first != null
                && startNanos <= first.writtenNanos() + ROUNDING_NANOS
                && startNanos >= first.writtenNanos() - START_NANOS;
        return same ? byId.get(first.id()) : null;
    }
}
