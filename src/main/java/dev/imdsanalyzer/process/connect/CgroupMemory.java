package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What earlier callers told of the cgroups they were in: a caller that is gone was in the same unit and container as
 * others with the same cgroup id. Only where all controllers are in the one hierarchy of cgroup v2: elsewhere the id is
 * that of a cgroup which says nothing. For one thread.
 */
final class CgroupMemory {
    private static final int REMEMBERED = 1024;
    private static final Path UNIFIED = Path.of("/sys/fs/cgroup/cgroup.controllers");

    private final boolean unified;
    private final Map<Long, Caller> byId = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Caller> eldest) {
            return size() > REMEMBERED;
        }
    };

    CgroupMemory() {
        this(Files.exists(UNIFIED));
    }

    CgroupMemory(boolean unified) {
        this.unified = unified;
    }

    void learn(long cgroupId, Caller caller) {
        if (unified && cgroupId != 0) {
            byId.put(cgroupId, placeOnly(caller));
        }
    }

    void recall(long cgroupId, CallerBuilder caller) {
        Caller place = byId.get(cgroupId);
        if (place != null) {
            copy(place, caller);
        }
    }

    private static Caller placeOnly(Caller caller) {
        return copy(caller, new CallerBuilder(Caller.unknown(null))).build();
    }

    private static CallerBuilder copy(Caller place, CallerBuilder caller) {
        return caller.container(place.containerId(), place.containerRuntime())
                .pod(place.podUid(), place.podQos())
                .systemdUnit(place.systemdUnit());
    }
}
