package dev.imdsanalyzer.kernel.bpf;

/**
 * In whose share of the ring a connect falls.
 *
 * @param user number as the initial user namespace sees it: who made the outermost user namespace around the network or the
 *     caller, else the caller's real user; {@link #DEEP} for those nested too deep to follow, {@link #MOUNTS} for all in a mount
 *     namespace that is not the host's, whichever users
 * @param space inode number of what the share is for beside the user: the network namespace that root made, root's own
 *     user namespace of a container, or the mount namespace; 0 for the user alone
 */
public record ConnectOwner(long user, long space) {
    public static final long DEEP = ShareOwner.DEEPER & 0xFFFFFFFFL;

    public static final long MOUNTS = ShareOwner.MOUNTS & 0xFFFFFFFFL;

    /** Of the record's eight bytes in host order: {u32 user, u32 space}. */
    static ConnectOwner of(long bytes) {
        return new ConnectOwner(bytes & 0xFFFFFFFFL, bytes >>> 32);
    }

    /** Written out: what a record has by itself goes from method handle to method handle, and this is asked for each record. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ConnectOwner owner && user == owner.user && space == owner.space;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(user) * 31 + Long.hashCode(space);
    }

    /** For a person. */
    @Override
    public String toString() {
        if (user == DEEP) {
            return "deeply nested user namespaces";
        }
        if (user == MOUNTS) {
            return "mount namespace " + space;
        }
        return "user " + user + (space == 0 ? "" : " in namespace " + space);
    }
}
