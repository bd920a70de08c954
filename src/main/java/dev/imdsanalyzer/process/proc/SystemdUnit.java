package dev.imdsanalyzer.process.proc;

import java.util.regex.Pattern;

/**
 * The systemd unit that a control group belongs to; sd_pid_get_unit(3). A user's manager names its units as it likes:
 * such a unit comes behind the manager's name, {@code user@1000.service/sync.service}, so that it is nobody else's.
 *
 * @param depth the group's place in its path, cut at its slashes; the manager's of a unit of a user's
 */
record SystemdUnit(String name, int depth) {
    private static final Pattern CONTAINER_SCOPE = Pattern.compile(
            "((docker|cri-containerd|containerd|nerdctl|crio|libpod)(-conmon)?-[0-9a-f]{12,64}|docker-[0-9a-z]{25})\\.scope");

    private static final Pattern USER_MANAGER = Pattern.compile("user@[0-9]+\\.service");

    /** The unit of a path, cut at its slashes; null when there is none. */
    static SystemdUnit find(String[] groups) {
        SystemdUnit slice = null;
        for (int i = 0; i < groups.length; i++) {
            String group = groups[i];
            if (USER_MANAGER.matcher(group).matches()) {
                String own = unit(groups, i + 1);
                // init.scope is that manager itself.
                return new SystemdUnit(own == null || own.equals("init.scope") ? group : group + "/" + own, i);
            }
            if (CONTAINER_SCOPE.matcher(group).matches()) {
                // What the container runs may be under a systemd of its own, further down.
                slice = null;
            } else if (group.endsWith(".slice")) {
                slice = new SystemdUnit(group, i);
            } else if (isUnit(group)) {
                return new SystemdUnit(group, i);
            }
        }
        return withoutPods(slice);
    }

    /** The first unit from that group on but slices, which each user manager has; null when there is none. */
    private static String unit(String[] groups, int from) {
        for (int i = from; i < groups.length; i++) {
            if (isUnit(groups[i]) && !CONTAINER_SCOPE.matcher(groups[i]).matches()) {
                return groups[i];
            }
        }
        return null;
    }

    private static boolean isUnit(String group) {
        return group.endsWith(".service")
                || group.endsWith(".scope")
                || group.endsWith(".socket")
                || group.endsWith(".mount")
                || group.endsWith(".swap");
    }

    private static SystemdUnit withoutPods(SystemdUnit slice) {
        return slice == null || slice.name.contains("kubepods") ? null : slice;
    }
}
