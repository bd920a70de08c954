package dev.imdsanalyzer.process;

import dev.imdsanalyzer.kernel.FileStatus;
import dev.imdsanalyzer.kernel.RootedFile;
import dev.imdsanalyzer.process.proc.GroupOwners;

/**
 * Owners of control groups, as the folders of the mounted hierarchies have them; cgroups(7), <i>Delegation</i>. Whoever
 * makes a group owns it, and systemd gives what it delegates to a user's manager or service to that user.
 */
final class ControlGroupOwners implements GroupOwners {
    private static final String MOUNTS = "/sys/fs/cgroup";
    private static final String NAMED = "name=";
    /** Deeper paths are nobody's in practice; each group costs a look. */
    private static final int DEEPEST = 32;

    private final int hostPid;
    private final boolean unified;

    /** @param hostPid a process with the host's root */
    ControlGroupOwners(int hostPid) {
        this.hostPid = hostPid;
        this.unified = RootedFile.statusOf(hostPid, MOUNTS + "/cgroup.controllers") != null;
    }

    @Override
    public long firstOther(String controllers, String[] groups, int count) {
        if (count > DEEPEST) {
            return -1;
        }
        StringBuilder folder = new StringBuilder(MOUNTS).append(hierarchy(controllers));
        for (int i = 0; i < count; i++) {
            if (groups[i].equals("..")) {
                return -1;
            }
            if (i > 0) {
                folder.append('/').append(groups[i]);
            }
            FileStatus status = RootedFile.statusOf(hostPid, folder.toString());
            if (status == null) {
                return -1;
            }
            // One that anybody may write into belongs to nobody in particular.
            if (status.owner() != 0 || status.isWritableByOthers()) {
                return status.owner() != 0 ? status.owner() & 0xFFFFFFFFL : -1;
            }
        }
        return 0;
    }

    private String hierarchy(String controllers) {
        if (controllers.isEmpty()) {
            return unified ? "" : "/unified";
        }
        return "/" + (controllers.startsWith(NAMED) ? controllers.substring(NAMED.length()) : controllers);
    }
}
