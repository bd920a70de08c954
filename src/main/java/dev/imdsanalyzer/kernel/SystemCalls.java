package dev.imdsanalyzer.kernel;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The system calls behind bpf and perf. File descriptors are plain ints, owned by whoever asked for them. A call that
 * fails throws with the errno, read right after the call.
 */
public final class SystemCalls {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;

    private SystemCalls() {}

    /**
     * The C library's functions. syscall, ioctl and open are variadic in C; on x86-64 and on arm64 Linux integer
     * arguments travel in the same registers either way.
     */
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        static native long syscall(long number, long a, long b, long c, long d, long e) throws LastErrorException;

        static native int ioctl(int descriptor, long request, long argument) throws LastErrorException;

        static native Pointer mmap(Pointer address, long length, int protection, int flags, int descriptor, long offset)
                throws LastErrorException;

        static native int munmap(Pointer address, long length) throws LastErrorException;

        static native int poll(long descriptors, long count, int timeoutMillis) throws LastErrorException;

        static native int eventfd(int initial, int flags) throws LastErrorException;

        static native long write(int descriptor, Pointer bytes, long count) throws LastErrorException;

        static native long read(int descriptor, Pointer bytes, long count) throws LastErrorException;

        static native int close(int descriptor) throws LastErrorException;

        static native int getpagesize();

        static native int getrlimit(int resource, Pointer limits) throws LastErrorException;

        static native int setrlimit(int resource, Pointer limits) throws LastErrorException;

        private C() {}
    }

    /** A direct buffer in the machine's byte order, zero-filled: the shape in which structs go to the kernel. */
    public static ByteBuffer nativeBuffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Where a direct buffer's byte 0 lies. The caller keeps the buffer reachable while the kernel may use it. */
    public static long addressOf(ByteBuffer direct) {
        return Pointer.nativeValue(
                Native.getDirectBufferPointer(direct.duplicate().clear()));
    }

    /**
     * int bpf(int cmd, union bpf_attr *attr, unsigned int size): bpf(2).
     *
     * @return what the command gives, often a new file descriptor
     */
    public static int bpf(String what, int command, ByteBuffer attribute) throws KernelException {
        int number = SystemCallNumber.BPF.value();
        try {
            return (int) C.syscall(number, command, addressOf(attribute), attribute.capacity(), 0, 0);
        } catch (LastErrorException e) {
            throw new KernelException("bpf " + what, e.getErrorCode());
        } finally {
            Reference.reachabilityFence(attribute);
        }
    }

    /**
     * int perf_event_open(struct perf_event_attr *attr, pid_t pid, int cpu, int group_fd, unsigned long flags):
     * perf_event_open(2), for all processes of one CPU.
     */
    public static int perfEventOpen(ByteBuffer attribute, int cpu) throws KernelException {
        long closeOnExec = 8;
        int number = SystemCallNumber.PERF_EVENT_OPEN.value();
        try {
            return (int) C.syscall(number, addressOf(attribute), -1, cpu, -1, closeOnExec);
        } catch (LastErrorException e) {
            throw new KernelException("perf_event_open", e.getErrorCode());
        } finally {
            Reference.reachabilityFence(attribute);
        }
    }

    /** int ioctl(int fd, unsigned long request, ...): ioctl(2). */
    public static void ioctl(String what, int descriptor, long request, long argument) throws KernelException {
        try {
            C.ioctl(descriptor, request, argument);
        } catch (LastErrorException e) {
            throw new KernelException("ioctl " + what, e.getErrorCode());
        }
    }

    /** mmap(2), shared. The view is valid until {@link #unmap}; touching it after that kills the process. */
    public static ByteBuffer map(int descriptor, long offset, int length, boolean writable) throws KernelException {
        int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
        try {
            Pointer memory = C.mmap(Pointer.NULL, length, protection, MAP_SHARED, descriptor, offset);
            return memory.getByteBuffer(0, length).order(ByteOrder.nativeOrder());
        } catch (LastErrorException e) {
            throw new KernelException("mmap", e.getErrorCode());
        }
    }

    public static void unmap(ByteBuffer mapped) {
        try {
            C.munmap(new Pointer(addressOf(mapped)), mapped.capacity());
        } catch (LastErrorException e) {
            throw new IllegalStateException("munmap of a live mapping failed", e);
        }
    }

    /**
     * int poll(struct pollfd *fds, nfds_t nfds, int timeout): poll(2).
     *
     * @param descriptors where they lie, see {@link #addressOf}; whoever calls keeps their buffer reachable
     * @return how many descriptors are ready; 0 after the timeout or a signal
     */
    public static int poll(long descriptors, int count, int timeoutMillis) throws KernelException {
        try {
            return C.poll(descriptors, count, timeoutMillis);
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.EINTR) {
                return 0;
            }
            throw new KernelException("poll", e.getErrorCode());
        }
    }

    public static int eventDescriptor() throws KernelException {
        try {
            return C.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        } catch (LastErrorException e) {
            throw new KernelException("eventfd", e.getErrorCode());
        }
    }

    /** Adds one to an event descriptor, or takes all of it; a full or empty one is left as it is. */
    public static void signal(int eventDescriptor, ByteBuffer eightBytes, boolean write) throws KernelException {
        Pointer bytes = new Pointer(addressOf(eightBytes));
        try {
            long moved = write ? C.write(eventDescriptor, bytes, 8) : C.read(eventDescriptor, bytes, 8);
            assert moved == 8;
        } catch (LastErrorException e) {
            if (e.getErrorCode() != Errno.EAGAIN) {
                throw new KernelException("eventfd", e.getErrorCode());
            }
        } finally {
            Reference.reachabilityFence(eightBytes);
        }
    }

    /** close(2); Linux frees the descriptor whatever the call answers. */
    public static void close(int descriptor) {
        try {
            C.close(descriptor);
        } catch (LastErrorException e) {
            assert e.getErrorCode() != Errno.EBADF : "descriptor closed twice";
        }
    }

    /** Bytes, 4096 or on some arm64 kernels 16384 or 65536. */
    public static int pageSize() {
        return C.getpagesize();
    }

    /**
     * Lets this process lock as much memory as it may: kernels before 5.11 charge maps and rings to RLIMIT_MEMLOCK,
     * 64 KiB by default. setrlimit(2); struct rlimit is {u64 soft, u64 hard}. What is refused stays as it was.
     */
    public static void raiseLockedMemoryLimit() {
        int lockedMemory = 8;
        ByteBuffer limits = nativeBuffer(16);
        Pointer address = new Pointer(addressOf(limits));
        try {
            C.setrlimit(
                    lockedMemory, new Pointer(addressOf(limits.putLong(0, -1).putLong(8, -1))));
        } catch (LastErrorException refused) {
            try {
                C.getrlimit(lockedMemory, address);
                limits.putLong(0, limits.getLong(8));
                C.setrlimit(lockedMemory, address);
            } catch (LastErrorException e) {
                assert e.getErrorCode() != Errno.EINVAL;
            }
        } finally {
            Reference.reachabilityFence(limits);
        }
    }
}
