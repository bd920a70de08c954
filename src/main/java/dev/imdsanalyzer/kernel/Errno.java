package dev.imdsanalyzer.kernel;

/** Error numbers of include/uapi/asm-generic/errno-base.h and errno.h; the same on x86-64 and arm64. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int ENOSPC = 28;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ELOOP = 40;
    public static final int EOPNOTSUPP = 95;
    public static final int ENETDOWN = 100;
    public static final int ENOBUFS = 105;

    private Errno() {}

    /** The C name, or "errno N" for one that has no constant here. */
    public static String name(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM (not permitted)";
            case ENOENT -> "ENOENT (does not exist)";
            case ESRCH -> "ESRCH (no such process)";
            case EINTR -> "EINTR (interrupted)";
            case ENXIO -> "ENXIO (no such device)";
            case EBADF -> "EBADF (bad file descriptor)";
            case EAGAIN -> "EAGAIN (try again)";
            case ENOMEM -> "ENOMEM (out of memory)";
            case EACCES -> "EACCES (permission denied)";
            case EBUSY -> "EBUSY (busy)";
            case EEXIST -> "EEXIST (exists already)";
            case ENODEV -> "ENODEV (no such device)";
            case ENOTDIR -> "ENOTDIR (not a directory)";
            case EINVAL -> "EINVAL (invalid argument)";
            case EMFILE -> "EMFILE (too many open files)";
            case ENOSPC -> "ENOSPC (no space left)";
            case ENAMETOOLONG -> "ENAMETOOLONG (name too long)";
            case ENOSYS -> "ENOSYS (this kernel has no such call)";
            case ELOOP -> "ELOOP (too many symbolic links)";
            case EOPNOTSUPP -> "EOPNOTSUPP (not supported)";
            case ENETDOWN -> "ENETDOWN (network is down)";
            case ENOBUFS -> "ENOBUFS (no buffer space)";
            default -> "errno " + errno;
        };
    }
}
