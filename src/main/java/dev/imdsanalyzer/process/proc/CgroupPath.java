package dev.imdsanalyzer.process.proc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a process runs, by its control groups: what /proc/PID/cgroup says; cgroups(7). Both cgroup versions, with
 * runtimes that name their groups themselves (cgroupfs driver) or let systemd do it. Unknown parts are null.
 *
 * @param containerId of the innermost container; for systemd-nspawn and LXC its name
 * @param containerRuntime docker, containerd, cri-o, podman, ecs, systemd-nspawn, lxc; null where the path has an
 *     identifier alone
 * @param podUid of Kubernetes, with hyphens
 * @param podQos guaranteed, burstable or besteffort
 * @param systemdUnit service, scope or slice, a user's own service before the user manager's; null for a container's
 *     scope, which says nothing more than its identifier
 */
public record CgroupPath(
        String containerId, String containerRuntime, String podUid, String podQos, String systemdUnit) {
    private static final CgroupPath NOTHING = new CgroupPath(null, null, null, null, null);

    /** Reads the file's text. */
    public static CgroupPath parse(byte[] content) {
        if (content == null) {
            return NOTHING;
        }
        List<String> paths = paths(new String(content, StandardCharsets.UTF_8));
        ContainerGroup container = null;
        String unit = null;
        PodGroup pod = null;
        for (String path : paths) {
            String[] groups = path.split("/", -1);
            container = container == null ? ContainerGroup.find(groups) : container;
            pod = pod == null ? PodGroup.find(groups) : pod;
            unit = unit == null ? SystemdUnit.find(groups) : unit;
        }
        return new CgroupPath(
                container == null ? null : container.id(),
                container == null ? null : container.runtime(),
                pod == null ? null : pod.uid(),
                pod == null ? null : pod.qos(),
                unit);
    }

    /** The groups of all hierarchies, those that systemd manages first; the root group says nothing. */
    private static List<String> paths(String text) {
        List<String> paths = new ArrayList<>();
        int managed = 0;
        for (String line : text.split("\n", -1)) {
            int controllers = line.indexOf(':') + 1;
            int path = line.indexOf(':', controllers) + 1;
            if (controllers == 0 || path == 0 || line.length() <= path + 1) {
                continue;
            }
            String names = line.substring(controllers, path - 1);
            if (names.equals("name=systemd")) {
                paths.add(0, line.substring(path));
                managed++;
            } else if (names.isEmpty()) {
                paths.add(managed++, line.substring(path));
            } else {
                paths.add(line.substring(path));
            }
        }
        return paths;
    }
}
