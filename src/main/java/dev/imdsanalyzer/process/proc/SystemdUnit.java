package dev.imdsanalyzer.process.proc;

import java.util.regex.Pattern;

/** The systemd unit that a control group belongs to; sd_pid_get_unit(3). */
final class SystemdUnit {
    private static final Pattern CONTAINER_SCOPE =
            Pattern.compile("(docker|cri-containerd|containerd|nerdctl|crio|libpod)(-conmon)?-[0-9a-f]{12,64}\\.scope");

    private static final Pattern USER_MANAGER = Pattern.compile("user@[0-9]+\\.service");

    private SystemdUnit() {}

    /** The unit of a path, cut at its slashes; null when there is none. */
    static String find(String[] groups) {
        String slice = null;
        String manager = null;
        for (String group : groups) {
            if (USER_MANAGER.matcher(group).matches()) {
                manager = group;
            } else if (CONTAINER_SCOPE.matcher(group).matches()) {
                // What the container runs may be under a systemd of its own, further down.
                slice = null;
            } else if (group.endsWith(".slice")) {
                slice = group;
            } else if (isUnit(group)) {
                // Below a user manager, init.scope is that manager itself.
                return manager != null && group.equals("init.scope") ? manager : group;
            }
        }
        return manager != null ? manager : withoutPods(slice);
    }

    private static boolean isUnit(String group) {
        return group.endsWith(".service")
                || group.endsWith(".scope")
                || group.endsWith(".socket")
                || group.endsWith(".mount")
                || group.endsWith(".swap");
    }

    private static String withoutPods(String slice) {
        return slice == null || slice.contains("kubepods") ? null : slice;
    }
}
