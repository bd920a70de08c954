package dev.imdsanalyzer.kernel;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.lang.ref.Reference;

/**
 * The C library's functions, mapped directly: no reflection, no allocation in a call. After a result of -1, {@link #errno}
 * has the reason until the thread's next call.
 *
 * <p>Memory goes to the kernel as a {@link NativeBuffer}, which every method here keeps alive until the call is over: the
 * garbage collector frees the memory of a buffer that nobody will use again, and a bare address is no use in its eyes.
 */
public final class Libc {
    private static final int OPENAT2 = SystemCallNumber.OPENAT2.value();
    private static final int STATX = SystemCallNumber.STATX.value();
    private static final int GETDENTS64 = SystemCallNumber.GETDENTS64.value();
    private static final int OPEN_BY_HANDLE_AT = SystemCallNumber.OPEN_BY_HANDLE_AT.value();
    private static final int PIDFD_OPEN = SystemCallNumber.PIDFD_OPEN.value();
    private static final int CAPGET = SystemCallNumber.CAPGET.value();
    private static final int CAPSET = SystemCallNumber.CAPSET.value();

    private Libc() {}

    /**
     * The functions themselves. Pointers and {@code size_t} are {@code long}: only 64-bit machines are served (see {@link
     * SystemCallNumber}).
     *
     * <p>Variadic functions are mapped with the arguments used here: on x86-64 and arm64 Linux, integer arguments travel
     * the same way in both kinds of call.
     */
    private static final class C {
        static {
            Native.register(C.class, Platform.C_LIBRARY_NAME);
        }

        private C() {}

        static native int openat(int directory, long pathname, int flags, int mode);

        static native long read(int descriptor, long buffer, long count);

        static native long pread(int descriptor, long buffer, long count, long offset);

        static native int close(int descriptor);

        static native long readlinkat(int directory, long pathname, long buffer, long size);

        static native int socket(int domain, int type, int protocol);

        static native int connect(int socket, long address, int length);

        static native int bind(int socket, long address, int length);

        static native int getsockopt(int socket, int level, int option, long value, long length);

        static native int if_nametoindex(long name);

        static native int setsockopt(int socket, int level, int option, long value, int length);

        static native long send(int socket, long buffer, long length, int flags);

        static native long recv(int socket, long buffer, long length, int flags);

        static native int setns(int descriptor, int type);

        static native int madvise(long address, long length, int advice);

        static native int inotify_init1(int flags);

        static native int inotify_add_watch(int descriptor, long pathname, int mask);

        static native int inotify_rm_watch(int descriptor, int watch);

        static native int geteuid();

        static native int clock_gettime(int clock, long timespec);

        static native long sysconf(int name);

        static native int wait4(int pid, long status, int options, long usage);

        static native int prctl(int option, long argument2, long argument3, long argument4, long argument5);

        static native long syscall(
                long number, long argument1, long argument2, long argument3, long argument4, long argument5);
    }

    /** {@code int openat(int dirfd, const char *pathname, int flags)}; fcntl.h. The path stands at the buffer's start. */
    static int openat(int directory, NativeBuffer path, int flags) {
        try {
            return C.openat(directory, path.address(), flags, 0);
        } finally {
            Reference.reachabilityFence(path);
        }
    }

    /** {@code long openat2(int dirfd, const char *pathname, struct open_how *how, size_t size)}; openat2(2). */
    static int openat2(int directory, NativeBuffer path, NativeBuffer how) {
        try {
            return (int) C.syscall(OPENAT2, directory, path.address(), how.address(), how.capacity(), 0);
        } finally {
            Reference.reachabilityFence(path);
            Reference.reachabilityFence(how);
        }
    }

    /** {@code int open_by_handle_at(int mount_fd, struct file_handle *handle, int flags)}; open_by_handle_at(2). */
    static int openByHandleAt(int mount, NativeBuffer handle, int flags) {
        try {
            return (int) C.syscall(OPEN_BY_HANDLE_AT, mount, handle.address(), flags, 0, 0);
        } finally {
            Reference.reachabilityFence(handle);
        }
    }

    /** {@code int pidfd_open(pid_t pid, unsigned int flags)}; pidfd_open(2). */
    static int pidfdOpen(int pid) {
        return (int) C.syscall(PIDFD_OPEN, pid, 0, 0, 0, 0);
    }

    /** {@code int statx(int dirfd, const char *pathname, int flags, unsigned int mask, struct statx *buf)}; statx(2). */
    static int statx(int directory, NativeBuffer path, int flags, NativeBuffer status) {
        try {
            return (int) C.syscall(STATX, directory, path.address(), flags, FileStatus.BASIC, status.address());
        } finally {
            Reference.reachabilityFence(path);
            Reference.reachabilityFence(status);
        }
    }

    /** {@code ssize_t getdents64(int fd, void *dirp, size_t count)}, with all of the buffer; getdents64(2). */
    static int getdents64(int directory, NativeBuffer entries) {
        try {
            return (int) C.syscall(GETDENTS64, directory, entries.address(), entries.capacity(), 0, 0);
        } finally {
            Reference.reachabilityFence(entries);
        }
    }

    /** {@code ssize_t read(int fd, void *buf, size_t count)}; unistd.h. */
    static int read(int descriptor, NativeBuffer buffer, int count) {
        try {
            return (int) C.read(descriptor, buffer.address(), Math.min(count, buffer.capacity()));
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** {@code ssize_t pread(int fd, void *buf, size_t count, off_t offset)}; unistd.h. */
    static int pread(int descriptor, NativeBuffer buffer, int count, long offset) {
        try {
            return (int) C.pread(descriptor, buffer.address(), Math.min(count, buffer.capacity()), offset);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** {@code int close(int fd)}; unistd.h. Never retried: Linux frees the descriptor even on EINTR. */
    public static int close(int descriptor) {
        return C.close(descriptor);
    }

    /** {@code ssize_t readlinkat(int dirfd, const char *pathname, char *buf, size_t bufsiz)}; unistd.h. */
    static int readlinkat(int directory, NativeBuffer path, NativeBuffer link) {
        return readlinkat(directory, path, 0, link);
    }

    /** The same, of a path that begins at an offset of its buffer. */
    static int readlinkat(int directory, NativeBuffer path, int pathOffset, NativeBuffer link) {
        try {
            return (int) C.readlinkat(directory, path.address() + pathOffset, link.address(), link.capacity());
        } finally {
            Reference.reachabilityFence(path);
            Reference.reachabilityFence(link);
        }
    }

    /** {@code int socket(int domain, int type, int protocol)}; sys/socket.h. */
    public static int socket(int domain, int type, int protocol) {
        return C.socket(domain, type, protocol);
    }

    /** {@code int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen)}; sys/socket.h. */
    static int connect(int socket, NativeBuffer address, int length) {
        try {
            return C.connect(socket, address.address(), length);
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    /** {@code int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen)}; sys/socket.h. */
    public static int setsockopt(int socket, int level, int option, NativeBuffer value) {
        try {
            return C.setsockopt(socket, level, option, value.address(), value.capacity());
        } finally {
            Reference.reachabilityFence(value);
        }
    }

    /** {@code int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen)}, with all of the buffer; bind(2). */
    public static int bind(int socket, NativeBuffer address) {
        try {
            return C.bind(socket, address.address(), address.capacity());
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    /**
     * {@code int getsockopt(int sockfd, int level, int optname, void *optval, socklen_t *optlen)}; getsockopt(2).
     *
     * @param value as long as the option's value
     */
    public static int getsockopt(int socket, int level, int option, NativeBuffer value) {
        NativeBuffer length = new NativeBuffer(Integer.BYTES);
        length.bytes().putInt(0, value.capacity());
        try {
            return C.getsockopt(socket, level, option, value.address(), length.address());
        } finally {
            Reference.reachabilityFence(value);
            Reference.reachabilityFence(length);
        }
    }

    /**
     * The same as {@link #setsockopt} with SO_ATTACH_FILTER; socket(7). {@code struct sock_fprog} of linux/filter.h is {u16
     * count, 6 bytes of padding, pointer}, 16 bytes.
     *
     * @param instructions {@code struct sock_filter}s, 8 bytes each; the kernel copies them
     */
    public static int attachFilter(int socket, NativeBuffer instructions) {
        int socketLevel = 1;
        int attachFilter = 26;
        NativeBuffer program = new NativeBuffer(16);
        program.bytes().putShort(0, (short) (instructions.capacity() / 8)).putLong(8, instructions.address());
        try {
            return setsockopt(socket, socketLevel, attachFilter, program);
        } finally {
            Reference.reachabilityFence(instructions);
        }
    }

    /** {@code unsigned int if_nametoindex(const char *ifname)}; net/if.h. 0 where it fails. */
    public static int ifNameToIndex(NativeBuffer name) {
        try {
            return C.if_nametoindex(name.address());
        } finally {
            Reference.reachabilityFence(name);
        }
    }

    /** {@code ssize_t send(int sockfd, const void *buf, size_t len, int flags)}; sys/socket.h. */
    public static int send(int socket, NativeBuffer buffer, int length, int flags) {
        try {
            return (int) C.send(socket, buffer.address(), length, flags);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** {@code ssize_t recv(int sockfd, void *buf, size_t len, int flags)}, with all of the buffer; sys/socket.h. */
    public static int recv(int socket, NativeBuffer buffer, int flags) {
        try {
            return (int) C.recv(socket, buffer.address(), buffer.capacity(), flags);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** {@code int madvise(void *addr, size_t length, int advice)}; sys/mman.h. Of a mapping, never of a buffer. */
    static int madvise(long address, long length, int advice) {
        return C.madvise(address, length, advice);
    }

    /** {@code int setns(int fd, int nstype)}; sched.h. Moves the calling thread only. */
    static int setns(int descriptor, int type) {
        return C.setns(descriptor, type);
    }

    /** {@code int inotify_init1(int flags)}; sys/inotify.h. */
    static int inotifyInit1(int flags) {
        return C.inotify_init1(flags);
    }

    /** {@code int inotify_add_watch(int fd, const char *pathname, uint32_t mask)}; sys/inotify.h. */
    static int inotifyAddWatch(int descriptor, NativeBuffer path, int mask) {
        try {
            return C.inotify_add_watch(descriptor, path.address(), mask);
        } finally {
            Reference.reachabilityFence(path);
        }
    }

    /** {@code int inotify_rm_watch(int fd, int wd)}; sys/inotify.h. */
    static int inotifyRemoveWatch(int descriptor, int watch) {
        return C.inotify_rm_watch(descriptor, watch);
    }

    /** {@code uid_t geteuid(void)}; unistd.h. */
    static int geteuid() {
        return C.geteuid();
    }

    /** {@code int clock_gettime(clockid_t clockid, struct timespec *tp)}; time.h. */
    static int clock_gettime(int clock, NativeBuffer timespec) {
        try {
            return C.clock_gettime(clock, timespec.address());
        } finally {
            Reference.reachabilityFence(timespec);
        }
    }

    /** {@code long sysconf(int name)}; unistd.h. */
    static long sysconf(int name) {
        return C.sysconf(name);
    }

    /** {@code pid_t wait4(pid_t pid, int *wstatus, int options, struct rusage *rusage)}, both null; sys/wait.h. */
    static int wait4(int pid, int options) {
        return C.wait4(pid, 0, options, 0);
    }

    /** {@code int prctl(int option, unsigned long arg2)}, the further ones 0; sys/prctl.h. The calling thread only. */
    static int prctl(int option, long argument) {
        return C.prctl(option, argument, 0, 0, 0);
    }

    /** {@code int capget(cap_user_header_t hdrp, cap_user_data_t datap)}, the data behind the header; capget(2). */
    static int capget(NativeBuffer headerAndData, int dataOffset) {
        try {
            long header = headerAndData.address();
            return (int) C.syscall(CAPGET, header, header + dataOffset, 0, 0, 0);
        } finally {
            Reference.reachabilityFence(headerAndData);
        }
    }

    /** {@code int capset(cap_user_header_t hdrp, const cap_user_data_t datap)}, the same way. */
    static int capset(NativeBuffer headerAndData, int dataOffset) {
        try {
            long header = headerAndData.address();
            return (int) C.syscall(CAPSET, header, header + dataOffset, 0, 0, 0);
        } finally {
            Reference.reachabilityFence(headerAndData);
        }
    }

    /** Why the calling thread's last native call failed. Meaningful only right after a result of -1. */
    public static int errno() {
        return Native.getLastError();
    }
}
