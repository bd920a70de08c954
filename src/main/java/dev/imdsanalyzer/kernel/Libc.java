package dev.imdsanalyzer.kernel;

import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * The C library's functions, mapped directly: no reflection, no allocation in a call. Pointers and {@code size_t} are
 * {@code long}: only 64-bit machines are served (see {@link SystemCallNumber}). After a result of -1, {@link #errno}
 * has the reason until the thread's next call.
 *
 * <p>Variadic functions are mapped with the arguments used here: on x86-64 and arm64 Linux, integer arguments travel the
 * same way in both kinds of call.
 */
public final class Libc {
    static {
        Native.register(Libc.class, Platform.C_LIBRARY_NAME);
    }

    private Libc() {}

    /** {@code int openat(int dirfd, const char *pathname, int flags, ... mode_t mode)}; fcntl.h. */
    public static native int openat(int directory, long pathname, int flags, int mode);

    /** {@code ssize_t read(int fd, void *buf, size_t count)}; unistd.h. */
    public static native long read(int descriptor, long buffer, long count);

    /** {@code ssize_t pread(int fd, void *buf, size_t count, off_t offset)}; unistd.h. */
    public static native long pread(int descriptor, long buffer, long count, long offset);

    /** {@code int close(int fd)}; unistd.h. Never retried: Linux frees the descriptor even on EINTR. */
    public static native int close(int descriptor);

    /** {@code ssize_t readlinkat(int dirfd, const char *pathname, char *buf, size_t bufsiz)}; unistd.h. */
    public static native long readlinkat(int directory, long pathname, long buffer, long size);

    /** {@code int socket(int domain, int type, int protocol)}; sys/socket.h. */
    public static native int socket(int domain, int type, int protocol);

    /** {@code int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen)}; sys/socket.h. */
    public static native int connect(int socket, long address, int length);

    /** {@code int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen)}; sys/socket.h. */
    public static native int setsockopt(int socket, int level, int option, long value, int length);

    /** {@code ssize_t send(int sockfd, const void *buf, size_t len, int flags)}; sys/socket.h. */
    public static native long send(int socket, long buffer, long length, int flags);

    /** {@code ssize_t recv(int sockfd, void *buf, size_t len, int flags)}; sys/socket.h. */
    public static native long recv(int socket, long buffer, long length, int flags);

    /** {@code int setns(int fd, int nstype)}; sched.h. Moves the calling thread only. */
    public static native int setns(int descriptor, int type);

    /** {@code uid_t geteuid(void)}; unistd.h. */
    public static native int geteuid();

    /** {@code int clock_gettime(clockid_t clockid, struct timespec *tp)}; time.h. */
    public static native int clock_gettime(int clock, long timespec);

    /** {@code long sysconf(int name)}; unistd.h. */
    public static native long sysconf(int name);

    /** {@code int madvise(void *addr, size_t length, int advice)}; sys/mman.h. */
    public static native int madvise(long address, long length, int advice);

    /** {@code int prctl(int option, ... unsigned long arg2 to arg5)}; sys/prctl.h. The calling thread only. */
    public static native int prctl(int option, long argument2, long argument3, long argument4, long argument5);

    /** {@code long syscall(long number, ...)}; unistd.h. */
    public static native long syscall(
            long number,
            long argument1,
            long argument2,
            long argument3,
            long argument4,
            long argument5,
            long argument6);

    /** Why the calling thread's last native call failed. Meaningful only right after a result of -1. */
    public static int errno() {
        return Native.getLastError();
    }
}
