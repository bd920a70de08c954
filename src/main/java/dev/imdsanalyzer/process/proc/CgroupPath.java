package dev.imdsanalyzer.process.proc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a process runs, by its control groups: what /proc/PID/cgroup says; cgroups(7). Both cgroup versions, with
 * runtimes that name their groups themselves (cgroupfs driver) or let systemd do it. Unknown parts are null.
 *
 * @param containerId of the innermost container that a runtime of root's has made, or else of the innermost; for
 *     systemd-nspawn and LXC its name
 * @param containerRuntime docker, containerd, cri-o, podman, ecs, systemd-nspawn, lxc; null where the path has an
 *     identifier alone
 * @param podUid of Kubernetes, with hyphens
 * @param podQos guaranteed, burstable or besteffort
 * @param systemdUnit service, scope or slice; a user's own one behind its manager: {@code user@1000.service/sync.service};
 *     null for a container's scope, which says nothing more than its identifier
 * @param ecsTaskId the task of ECS that the container's group lies below, 32 digits or, of old tasks, with hyphens
 * @param owner who could have made the container's group, or the pod's: 0 for root and where there is neither, a user's
 *     number, or -1 where nobody knows any more. A group that belongs to a user may have any name
 * @param hostUnit whether the host's systemd, or a user's manager that it runs, has named the unit: not a container
 */
public record CgroupPath(
        String containerId,
        String containerRuntime,
        String podUid,
        String podQos,
        String systemdUnit,
        String ecsTaskId,
        long owner,
        boolean hostUnit) {
    private static final CgroupPath NOTHING = new CgroupPath(null, null, null, null, null, null, 0, false);

    private static final Pattern USER_MANAGER = Pattern.compile("user@([0-9]{1,10})\\.service");

    /** What the kernel shows behind a group that was removed while somebody was in it. */
    private static final String DELETED = " (deleted)";

    private record Unit(String name, boolean hosts) {}

    /** One hierarchy's. */
    private static final class Place {
        private final String controllers;
        private final String[] groups;

        private Place(String controllers, String[] groups) {
            this.controllers = controllers;
            this.groups = groups;
        }

        private String controllers() {
            return controllers;
        }

        private String[] groups() {
            return groups;
        }
    }

    /** Reads the file's text; whose the groups are is told by their names alone. */
    public static CgroupPath parse(byte[] content) {
        return parse(content, GroupOwners.UNKNOWN);
    }

    /** Reads the file's text. */
    public static CgroupPath parse(byte[] content, GroupOwners owners) {
        if (content == null) {
            return NOTHING;
        }
        CgroupPath claimed = NOTHING;
        Unit unit = null;
        for (Place place : places(new String(content, StandardCharsets.UTF_8))) {
            unit = unit == null ? unit(place, owners) : unit;
            // What a runtime of root's has made counts before what somebody shows in another hierarchy.
            if (isNothing(claimed) || claimed.owner != 0) {
                CgroupPath here = workload(place, owners);
                claimed = isNothing(claimed) || (!isNothing(here) && here.owner == 0) ? here : claimed;
            }
        }
        return new CgroupPath(
                claimed.containerId,
                claimed.containerRuntime,
                claimed.podUid,
                claimed.podQos,
                unit == null ? null : unit.name(),
                claimed.ecsTaskId,
                isNothing(claimed) ? 0 : claimed.owner,
                unit != null && unit.hosts());
    }

    /** The unit of one path; null for none, and for a group of a user's that is not below his manager. */
    private static Unit unit(Place place, GroupOwners owners) {
        SystemdUnit unit = SystemdUnit.find(place.groups());
        if (unit == null) {
            return null;
        }
        long owner = owners.firstOther(place.controllers(), place.groups(), unit.depth());
        boolean outside = ContainerGroup.outside(place.groups(), unit.depth()) == null;
        return owner > 0 && outside ? null : new Unit(unit.name(), owner == 0 && outside);
    }

    private static boolean isNothing(CgroupPath path) {
        return path.containerId == null && path.podUid == null;
    }

    /** The container and pod of one path. */
    private static CgroupPath workload(Place place, GroupOwners owners) {
        String[] groups = place.groups();
        PodGroup pod = PodGroup.find(groups);
        ContainerGroup innermost = ContainerGroup.find(groups);
        if (innermost == null) {
            return pod == null ? NOTHING : of(groups, null, pod, owner(place, pod.depth(), owners));
        }
        for (ContainerGroup each = innermost; each != null; each = ContainerGroup.outside(groups, each.depth())) {
            if (owner(place, each.depth(), owners) == 0) {
                return of(groups, each, pod != null && pod.depth() < each.depth() ? pod : null, 0);
            }
        }
        return of(groups, innermost, pod, owner(place, innermost.depth(), owners));
    }

    private static CgroupPath of(String[] groups, ContainerGroup container, PodGroup pod, long owner) {
        return new CgroupPath(
                container == null ? null : container.id(),
                container == null ? null : container.runtime(),
                pod == null ? null : pod.uid(),
                pod == null ? null : pod.qos(),
                null,
                container == null ? null : container.ecsTask(groups),
                owner,
                false);
    }

    /** Who could have made the group at that depth: the owner of those above it. */
    private static long owner(Place place, int depth, GroupOwners owners) {
        long owner = owners.firstOther(place.controllers(), place.groups(), depth);
        for (int i = 0; owner <= 0 && i < depth; i++) {
            Matcher manager = USER_MANAGER.matcher(place.groups()[i]);
            if (manager.matches()) {
                return Long.parseLong(manager.group(1));
            }
        }
        return owner;
    }

    /** The groups of all hierarchies, those that systemd manages first; the root group says nothing. */
    private static List<Place> places(String text) {
        List<Place> places = new ArrayList<>();
        int managed = 0;
        for (String line : text.split("\n", -1)) {
            int controllers = line.indexOf(':') + 1;
            int path = line.indexOf(':', controllers) + 1;
            if (controllers == 0 || path == 0 || line.length() <= path + 1) {
                continue;
            }
            String names = line.substring(controllers, path - 1);
            Place place = new Place(names, withoutMark(line.substring(path)).split("/", -1));
            if (names.equals("name=systemd")) {
                places.add(0, place);
                managed++;
            } else if (names.isEmpty()) {
                places.add(managed++, place);
            } else {
                places.add(place);
            }
        }
        return places;
    }

    private static String withoutMark(String path) {
        return path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path;
    }
}
