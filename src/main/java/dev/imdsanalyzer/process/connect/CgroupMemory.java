package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.ControlGroups;
import dev.imdsanalyzer.kernel.HostRoot;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.RecentlyUsed;
import dev.imdsanalyzer.process.Workload;
import dev.imdsanalyzer.process.proc.CgroupPath;
import java.nio.file.Files;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Which unit and container a cgroup id stands for, as earlier callers from there told or the kernel says: so a caller that
 * is gone has its place too. Only where all controllers are in the one hierarchy of cgroup v2: elsewhere the id is
 * that of a cgroup which says nothing. For one thread.
 */
final class CgroupMemory {
    private static final int REMEMBERED = 1024;
    private static final String UNIFIED = "/sys/fs/cgroup/cgroup.controllers";

    private final boolean unified;
    private final LongFunction<String> paths;
    private final Function<String, CgroupPath> places;
    private final RecentlyUsed<Long, Caller> byId = new RecentlyUsed<>(REMEMBERED);

    /** @param places from a cgroup's path to what it says */
    CgroupMemory(Function<String, CgroupPath> places) {
        this(Files.exists(HostRoot.resolve(UNIFIED)), ControlGroups::path, places);
    }

    /**
     * Starts empty.
     *
     * @param paths from an id to the cgroup's path; null for none
     * @param places from a cgroup's path to what it says
     */
    CgroupMemory(boolean unified, LongFunction<String> paths, Function<String, CgroupPath> places) {
        this.places = places;
        this.unified = unified;
        this.paths = paths;
    }

    /** Whether a number stands for all that there is of a caller's place. */
    boolean isUnified() {
        return unified;
    }

    /**
     * Remembers where a caller was. One that had ended while it was read says nothing: then nothing is overwritten. A container
     * counts where the group's own path says it: containers without a group of their own share one (rootless podman), and what
     * their runtimes tell of one says nothing of another.
     */
    void learn(long cgroupId, Caller caller) {
        if (!unified || cgroupId == 0 || !hasPlace(caller) || byId.get(cgroupId) != null) {
            return;
        }
        if (caller.containerId() == null && caller.podUid() == null) {
            byId.put(cgroupId, placeOnly(caller));
            return;
        }
        Caller place = ofPath(cgroupId);
        if (place != null) {
            byId.put(cgroupId, place);
        }
    }

    /** Puts in what is known of the cgroup; nothing changes where that is nothing. */
    void recall(long cgroupId, CallerBuilder caller) {
        if (!unified || cgroupId == 0) {
            return;
        }
        Caller place = byId.get(cgroupId);
        if (place == null) {
            place = ofPath(cgroupId);
            if (place == null) {
                return;
            }
            byId.put(cgroupId, place);
        }
        copy(place, caller);
    }

    private Caller ofPath(long cgroupId) {
        String path = paths.apply(cgroupId);
        return path == null ? null : at(places.apply(path));
    }

    /** Whether the caller's cgroup says anything. */
    static boolean hasPlace(Caller caller) {
        return caller.containerId() != null || caller.podUid() != null || caller.systemdUnit() != null;
    }

    private static Caller at(CgroupPath path) {
        return new CallerBuilder(Caller.unknown(null))
                .container(path.containerId(), path.containerRuntime())
                .pod(path.podUid(), path.podQos())
                .systemdUnit(path.systemdUnit())
                .workload(Workload.ofTask(path.ecsTaskId()))
                .groupOf(path.owner(), path.hostUnit())
                .build();
    }

    private static Caller placeOnly(Caller caller) {
        return copy(caller, new CallerBuilder(Caller.unknown(null))).build();
    }

    private static CallerBuilder copy(Caller place, CallerBuilder caller) {
        return caller.container(place.containerId(), place.containerRuntime())
                .pod(place.podUid(), place.podQos())
                .systemdUnit(place.systemdUnit())
                .workload(Workload.ofTask(place.workload().taskId()))
                .groupOf(place.provenance().containerOwner(), place.provenance().hostUnit());
    }
}
