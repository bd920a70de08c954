package dev.imdsanalyzer.kernel;

import java.util.Locale;

/** Flags of open(2). Some of them differ by machine: include/uapi/asm-generic/fcntl.h, arch/arm64/include/uapi/asm/fcntl.h. */
final class OpenFlags {
    static final int RDONLY = 0;
    static final int NONBLOCK = 0x800;
    static final int CLOEXEC = 0x80000;
    static final int PATH = 0x200000;
    static final int DIRECTORY = directory(System.getProperty("os.arch"));
    static final int NOFOLLOW = noFollow(System.getProperty("os.arch"));

    /** For {@code openat2}: struct open_how, field resolve; include/uapi/linux/openat2.h. */
    static final long RESOLVE_NO_MAGICLINKS = 0x02;

    static final long RESOLVE_IN_ROOT = 0x10;

    /** For a directory argument: the working directory; include/uapi/linux/fcntl.h. */
    static final int AT_FDCWD = -100;

    private OpenFlags() {}

    static int noFollow(String architecture) {
        return architecture.toLowerCase(Locale.ROOT).equals("aarch64") ? 0x8000 : 0x20000;
    }

    static int directory(String architecture) {
        return architecture.toLowerCase(Locale.ROOT).equals("aarch64") ? 0x4000 : 0x10000;
    }
}
