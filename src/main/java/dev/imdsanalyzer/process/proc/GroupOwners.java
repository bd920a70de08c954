package dev.imdsanalyzer.process.proc;

/** Who could have made a control group: whoever may write into the group above it. */
public interface GroupOwners {
    /** Where nobody can be asked, the shape of a path alone counts. */
    GroupOwners UNKNOWN = (controllers, groups, count) -> -1;

    /**
     * The owner of the first of a path's groups, from the root down, that root does not own or others may write into.
     *
     * @param controllers the hierarchy as the second column of /proc/PID/cgroup has it, empty for the unified one
     * @param groups the path cut at its slashes; the first is empty and stands for the root group
     * @param count how many of them are looked at
     * @return 0 when all are root's; a user's number; -1 when a group of them is gone or cannot be seen
     */
    long firstOther(String controllers, String[] groups, int count);
}
