package dev.imdsanalyzer.process;

/**
 * How far a caller's names can be relied on. Only what root or the kernel has put there is anybody's proof; a user may
 * mount another file over any path in a mount namespace of his own, and call his units and control groups what he likes.
 *
 * @param path whose the path of the executable and of the script is
 * @param rootsFile whether the executable belongs to root: then no ordinary user has made it, whatever its folder is
 * @param hostUsers whether the caller is in the host's user namespace, where its user has the host's name
 * @param usersOwner who made the caller's user namespace: 0 for root, as for the host's own; -1 where nobody knows. A
 *     user is root in a namespace of his own, and there the kernel lets him set what /proc/PID/exe shows
 * @param containerOwner who could have made the control group of the container or pod: 0 for root, as a runtime is, and
 *     where there is neither; -1 where nobody knows
 * @param hostUnit whether the host's systemd has named the unit, or a user's manager that stands before it
 */
public record Provenance(
        PathOrigin path, boolean rootsFile, boolean hostUsers, long usersOwner, long containerOwner, boolean hostUnit) {
    /** Nothing is known. */
    public static final Provenance UNKNOWN = new Provenance(PathOrigin.UNKNOWN, false, false, -1, -1, false);

    /** Whether the path is the host's, and not said to be by somebody who is root in a namespace of his own only. */
    public boolean provesPath() {
        return path == PathOrigin.HOST && usersOwner == 0;
    }

    /** Whether container and pod are those of a runtime that root runs. */
    public boolean provesContainer() {
        return containerOwner == 0;
    }
}
