package dev.imdsanalyzer.kernel;

import java.io.Closeable;
import java.util.Arrays;

/**
 * A regular file below some process's root directory, open for reading. A container owns the files in its root and may
 * put there what it likes: links are followed inside that root only (openat2(2), RESOLVE_IN_ROOT), and nothing but a
 * regular file is ever opened, so that no link, pipe or device misleads or holds up the reader.
 *
 * <p>On kernels before 5.6, which have no openat2, only the own root can be read.
 */
public final class RootedFile implements Closeable {
    /** struct open_how {u64 flags, mode, resolve}; include/uapi/linux/openat2.h. */
    private static final int OPEN_HOW_SIZE = 24;

    private static final int BUFFER = 32 * 1024;
    private static final int PATH_LIMIT = 4096;

    private final int descriptor;
    private final FileStatus status;

    /** What one thread needs for its calls: made once, as native memory is given back late. */
    private static final class Scratch {
        final NativeBuffer path = new NativeBuffer(PATH_LIMIT);
        final NativeBuffer how = new NativeBuffer(OPEN_HOW_SIZE);
        final NativeBuffer status = new NativeBuffer(FileStatus.SIZE);
        final NativeBuffer content = new NativeBuffer(BUFFER);
    }

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    /** This thread's memory for a path. */
    static NativeBuffer pathMemory() {
        return SCRATCH.get().path;
    }

    /** This thread's memory for what is read next, of a file or a folder. */
    static NativeBuffer contentMemory() {
        return SCRATCH.get().content;
    }

    private RootedFile(int descriptor, FileStatus status) {
        this.descriptor = descriptor;
        this.status = status;
    }

    /**
     * Opens a file as a process would find it.
     *
     * @param pid whose root directory it is; {@link HostRoot#PID} for the host's
     * @param path absolute, as that process sees it
     * @return null when there is no such process or regular file, or it may not be read
     */
    public static RootedFile open(int pid, String path) {
        if (path.length() >= PATH_LIMIT / 4) {
            return null;
        }
        NativeBuffer memory = SCRATCH.get().path;
        int root = openRoot(pid, memory);
        if (root < 0) {
            return null;
        }
        try {
            return openBelow(root, isOwn(pid), path, memory);
        } finally {
            Libc.close(root);
        }
    }

    /**
     * The status of a file as a process would find it; nothing is opened for reading.
     *
     * @param pid whose root directory it is; {@link HostRoot#PID} for the host's
     * @param path absolute, as that process sees it
     * @return null when there is no such process or file, or it may not be seen
     */
    public static FileStatus statusOf(int pid, String path) {
        if (path.length() >= PATH_LIMIT / 4) {
            return null;
        }
        NativeBuffer memory = SCRATCH.get().path;
        int root = openRoot(pid, memory);
        if (root < 0) {
            return null;
        }
        int place = openPlace(root, isOwn(pid), path, memory);
        Libc.close(root);
        if (place < 0) {
            return null;
        }
        FileStatus status = status(place);
        Libc.close(place);
        return status;
    }

    private static boolean isOwn(int pid) {
        return pid == ProcessHandle.current().pid() || (pid == HostRoot.PID && !HostRoot.isElsewhere());
    }

    private static int openRoot(int pid, NativeBuffer memory) {
        return Libc.openat(
                OpenFlags.AT_FDCWD,
                memory.putString(pid == HostRoot.PID ? HostRoot.path() : "/proc/" + pid + "/root"),
                OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC);
    }

    private static RootedFile openBelow(int root, boolean ownRoot, String path, NativeBuffer memory) {
        int place = openPlace(root, ownRoot, path, memory);
        return place < 0 ? null : ofPlace(place);
    }

    /** Takes over a descriptor that was opened as a place only; null where no regular file is there, or it may not be read. */
    static RootedFile ofPlace(int place) {
        NativeBuffer memory = SCRATCH.get().path;
        try {
            FileStatus status = status(place);
            if (status == null || !status.isRegular()) {
                return null;
            }
            int file = Libc.openat(
                    OpenFlags.AT_FDCWD,
                    memory.putString("/proc/self/fd/" + place),
                    OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.NONBLOCK);
            return file < 0 ? null : new RootedFile(file, status);
        } finally {
            Libc.close(place);
        }
    }

    static int openPlace(int root, boolean ownRoot, String path, NativeBuffer memory) {
        int flags = OpenFlags.PATH | OpenFlags.CLOEXEC;
        NativeBuffer how = SCRATCH.get().how;
        how.bytes().putLong(0, flags);
        how.bytes().putLong(16, OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS);
        int place = Libc.openat2(root, memory.putString(path), how);
        return place < 0 && ownRoot ? Libc.openat(OpenFlags.AT_FDCWD, memory, flags) : place;
    }

    static FileStatus status(int descriptor) {
        Scratch scratch = SCRATCH.get();
        int result = Libc.statx(
                descriptor,
                scratch.path.putString(""),
                FileStatus.AT_EMPTY_PATH | FileStatus.DONT_SYNC,
                scratch.status);
        return result < 0 ? null : FileStatus.from(scratch.status.bytes());
    }

    /** As it was when the file was opened. */
    public FileStatus status() {
        return status;
    }

    /**
     * Reads from a place of the file. What was added since it was opened is not read: a file that grows has an end, and
     * those of /proc, which have no size but may have any length, have nothing.
     *
     * @return how many bytes were read, fewer than asked for at the end of the file; -1 on an error
     */
    public int read(long position, byte[] into, int offset, int length) {
        NativeBuffer buffer = SCRATCH.get().content;
        int wanted = (int) Math.min(length, Math.max(0, status.size() - position));
        int done = 0;
        while (done < wanted) {
            int count = Libc.pread(descriptor, buffer, Math.min(BUFFER, wanted - done), position + done);
            if (count < 0 && Libc.errno() == Errno.EINTR) {
                continue;
            }
            if (count < 0) {
                return -1;
            }
            if (count == 0) {
                break;
            }
            buffer.bytes().get(0, into, offset + done, count);
            done += count;
        }
        return done;
    }

    /** The start of the file, at most {@code limit} bytes; null on an error. */
    public byte[] readStart(int limit) {
        byte[] content = new byte[(int) Math.min(limit, Math.max(0, status.size()))];
        int length = read(0, content, 0, content.length);
        return length < 0 ? null : Arrays.copyOf(content, length);
    }

    @Override
    public void close() {
        Libc.close(descriptor);
    }
}
