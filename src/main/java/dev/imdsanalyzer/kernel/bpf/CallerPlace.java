package dev.imdsanalyzer.kernel.bpf;

/**
 * Where a caller was at its connect, as the kernel said: what tells the host's files from those that a process, a user or
 * a container shows under the same path. Inode numbers of namespaces are those of {@code /proc/PID/ns}, 0 where unknown.
 *
 * <p>A path is the host's where {@link #sharesHostPaths} says so. Elsewhere device and inode may still be those of a
 * file of the host. Devices are given as stat(2) encodes them, but they are the super block's, as in the third column of
 * {@code /proc/self/mountinfo}: on btrfs stat's st_dev is the subvolume's, and on an overlay of several file systems it
 * may be a layer's, so compare with mountinfo (by the mnt_id of {@code /proc/self/fdinfo}) rather than with st_dev. On
 * btrfs the inode number is unique within a subvolume only, which a user may make himself: there equal numbers prove
 * nothing ({@link #executableFileSystem}). On overlay the number is the overlay's own, which stat shows as well where all
 * layers are on one file system or with xino.
 *
 * @param known whether this kernel has told mounts, root and executable at all (it has BTF); if not, those say nothing
 * @param hostKnown whether the first process of the host was there to compare with; if not, the next two are false
 * @param hostMounts whether the mount namespace is the first process's
 * @param hostRoot whether the root is the first process's: the same directory on the same mount
 * @param mountNamespace of the thread that connects
 * @param executableMountNamespace that the executable's mount is in: another one, or 0 for none, where the file was
 *     passed in from elsewhere; its path is that namespace's then, whatever /proc/PID/exe looks like
 * @param rootDevice of the root directory
 * @param rootInode of the root directory
 * @param executableDevice 0 where the process has no executable
 * @param executableInode 0 where the process has no executable
 * @param executableFileSystem magic number as statfs(2) gives it; see {@link #BTRFS} and {@link #OVERLAY}
 * @param callersUsers user namespace of the caller's credentials
 * @param networksUsers user namespace that owns the network namespace of the socket
 */
public record CallerPlace(
        boolean known,
        boolean hostKnown,
        boolean hostMounts,
        boolean hostRoot,
        long mountNamespace,
        long executableMountNamespace,
        long rootDevice,
        long rootInode,
        long executableDevice,
        long executableInode,
        long executableFileSystem,
        UserNamespace callersUsers,
        UserNamespace networksUsers) {
    /** BTRFS_SUPER_MAGIC, include/uapi/linux/magic.h. */
    public static final long BTRFS = 0x9123683EL;
    /** OVERLAYFS_SUPER_MAGIC, include/uapi/linux/magic.h. */
    public static final long OVERLAY = 0x794C7630L;

    private static final int MINOR_BITS = 20;

    /**
     * A user namespace.
     *
     * @param inode 0 where unknown
     * @param level how many are above it; 0 for the initial one, and where unknown
     * @param owner number of the user who made it, as the initial namespace sees it; 0 (root) for the initial one; -1
     *     where unknown
     */
    public record UserNamespace(long inode, int level, long owner) {
        public static final UserNamespace UNKNOWN = new UserNamespace(0, 0, -1);

        public boolean known() {
            return inode != 0;
        }

        /** The one that the host's users are in. */
        public boolean initial() {
            return known() && level == 0;
        }
    }

    /** Whether the path of the executable leads to the same file for the host's first process, unless it was replaced since. */
    public boolean sharesHostPaths() {
        return known && hostMounts && hostRoot && executableMountNamespace == mountNamespace;
    }

    /** Of the kernel's dev_t, 12 bits of major and 20 of minor number; as new_encode_dev() of include/linux/kdev_t.h does. */
    static long deviceAsInStat(int device) {
        long major = Integer.toUnsignedLong(device) >>> MINOR_BITS;
        long minor = device & ((1L << MINOR_BITS) - 1);
        return (minor & 0xFF) | (major << 8) | ((minor & ~0xFFL) << 12);
    }
}
