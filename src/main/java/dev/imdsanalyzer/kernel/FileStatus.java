package dev.imdsanalyzer.kernel;

import java.nio.ByteBuffer;

/**
 * What statx(2) says of a file.
 *
 * @param owner user number as this program's user namespace has it
 * @param mode type and permission bits of st_mode
 * @param device major number in the high, minor number in the low 32 bits
 * @param size in bytes
 * @param modifiedNanos time of the last change of its content, ns since the epoch
 */
public record FileStatus(int owner, int mode, long inode, long device, long size, long modifiedNanos) {
    /** {@code sizeof(struct statx)}; include/uapi/linux/stat.h. */
    static final int SIZE = 256;

    static final int UID = 20;
    static final int MODE = 28;
    static final int INO = 32;
    static final int FILE_SIZE = 40;
    static final int MTIME = 112;
    static final int DEV_MAJOR = 136;
    static final int DEV_MINOR = 140;

    /** {@code STATX_BASIC_STATS}. */
    static final int BASIC = 0x7ff;

    /** {@code AT_EMPTY_PATH}: the status of the directory argument itself. */
    static final int AT_EMPTY_PATH = 0x1000;

    /**
     * {@code AT_STATX_DONT_SYNC}: what the kernel has at hand. A file may be on a file system whose server answers nobody,
     * or is the very process that is looked at.
     */
    static final int DONT_SYNC = 0x4000;

    private static final int S_IFMT = 0xF000;
    private static final int S_IFREG = 0x8000;
    private static final int S_IFDIR = 0x4000;

    public boolean isFolder() {
        return (mode & S_IFMT) == S_IFDIR;
    }

    public boolean isRegular() {
        return (mode & S_IFMT) == S_IFREG;
    }

    /** Whether anybody but its owner may write into it, as far as the permission bits say. */
    public boolean isWritableByOthers() {
        return (mode & 022) != 0;
    }

    /** Whether both are one file: same device, same inode. */
    public boolean isSameFile(FileStatus other) {
        return other != null && device == other.device && inode == other.inode;
    }

    static FileStatus from(ByteBuffer statx) {
        return new FileStatus(
                statx.getInt(UID),
                statx.getShort(MODE) & 0xFFFF,
                statx.getLong(INO),
                ((long) statx.getInt(DEV_MAJOR) << 32) | (statx.getInt(DEV_MINOR) & 0xFFFFFFFFL),
                statx.getLong(FILE_SIZE),
                statx.getLong(MTIME) * 1_000_000_000L + statx.getInt(MTIME + 8));
    }
}
