package dev.imdsanalyzer.kernel;

import java.util.Arrays;

/**
 * Files and links of /proc, read through reused native buffers: a third of the time that java.nio takes, and nothing is
 * allocated while descriptors are searched. What cannot be read has the value null or -1, and {@link #errno} the reason:
 * processes come and go, so that is no exception.
 *
 * <p>For one thread at a time.
 */
public final class ProcFileSystem implements AutoCloseable {
    private static final byte[] NOTHING = {};
    private static final int BUFFER = 32 * 1024;

    /** What is longer comes in pieces of a page less one entry at most; a shorter piece is the last one. */
    private static final int LAST_PIECE = 1024;

    private final ProcPath path = new ProcPath();
    private final LinkTarget link = new LinkTarget();
    /** For whatever is read: contents and folders, one at a time. */
    private final NativeBuffer buffer = new NativeBuffer(BUFFER);

    private final DirectoryEntries entries = new DirectoryEntries(buffer);
    private final NativeBuffer status = new NativeBuffer(FileStatus.SIZE);
    private final int directory;
    private int errno;

    public ProcFileSystem() throws KernelException {
        this("/proc");
    }

    /** @param mountPoint where procfs, or for a test something of its shape, is found */
    public ProcFileSystem(String mountPoint) throws KernelException {
        directory = Libc.openat(
                OpenFlags.AT_FDCWD, path.of(mountPoint), OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC);
        if (directory < 0) {
            throw new KernelException("open(" + mountPoint + ")", Libc.errno());
        }
    }

    /** Why the last method that had no answer had none; one of {@link Errno} or another positive number. */
    public int errno() {
        return errno;
    }

    /** The bytes of {@code /proc/PID/name}, at most {@code limit} of them; null when it cannot be read. */
    public byte[] read(int pid, String name, int limit) {
        return read(path.of(pid, name), limit);
    }

    /** The bytes of {@code /proc/name}, at most {@code limit} of them; null when it cannot be read. */
    public byte[] read(String name, int limit) {
        return read(path.of(name), limit);
    }

    private byte[] read(NativeBuffer name, int limit) {
        int file = open(name, OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.NONBLOCK);
        if (file < 0) {
            return null;
        }
        try {
            return readAll(file, limit);
        } finally {
            Libc.close(file);
        }
    }

    private byte[] readAll(int file, int limit) {
        byte[] content = NOTHING;
        int length = 0;
        while (length < limit) {
            int count = Libc.read(file, buffer, Math.min(BUFFER, limit - length));
            if (count < 0) {
                errno = Libc.errno();
                if (errno == Errno.EINTR) {
                    continue;
                }
                return null;
            }
            if (count == 0) {
                break;
            }
            int end = length + count;
            boolean last = count < LAST_PIECE;
            if (end > content.length) {
                content = Arrays.copyOf(content, last ? end : Math.min(limit, Math.max(end, 2 * content.length)));
            }
            buffer.bytes().get(0, content, length, count);
            length = end;
            if (last) {
                break;
            }
        }
        return length == content.length ? content : Arrays.copyOf(content, length);
    }

    /**
     * The rest of the first line of {@code /proc/PID/name} that has the wanted text, from after that text on. A table of any
     * length is gone through in the same memory.
     *
     * @return without the newline; null when no line has it, or the file cannot be read
     */
    public byte[] lineAfter(int pid, String name, byte[] wanted) {
        int file = open(path.of(pid, name), OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.NONBLOCK);
        if (file < 0) {
            return null;
        }
        try {
            return LineSearch.first(file, buffer, wanted);
        } finally {
            Libc.close(file);
        }
    }

    /** Where the link {@code /proc/PID/name} points; null when it cannot be read. */
    public String readLink(int pid, String name) {
        int length = readLinkOf(pid, name);
        return length < 0 ? null : link.text(length);
    }

    /**
     * The number of one of the process's namespaces.
     *
     * @param kind as below /proc/PID/ns: net, mnt, user, pid …
     * @return the inode, as in {@code net:[4026531840]}; -1 when it cannot be read
     */
    public long namespace(int pid, String kind) {
        int length = readLinkOf(pid, "ns/" + kind);
        return length < 0 ? -1 : link.inode(length);
    }

    /** Its length; -1 when it cannot be read. */
    private int readLinkOf(int pid, String name) {
        int length = Libc.readlinkat(directory, path.of(pid, name), link.buffer());
        errno = length < 0 ? Libc.errno() : 0;
        return length;
    }

    /**
     * The owner of /proc/PID: the process's effective user, or 0 where it is not dumpable (proc(5)); -1 when there is no
     * such process.
     */
    public int owner(int pid) {
        FileStatus found = status(pid, "");
        return found == null ? -1 : found.owner();
    }

    /**
     * The status of what {@code /proc/PID/name} leads to, links followed; null when it cannot be had. No server of a file
     * system is asked for it.
     */
    public FileStatus status(int pid, String name) {
        if (Libc.statx(directory, path.of(pid, name), FileStatus.DONT_SYNC, status) < 0) {
            errno = Libc.errno();
            return null;
        }
        return FileStatus.from(status.bytes());
    }

    /** Every process, in the order of their numbers; empty when /proc cannot be listed. */
    public int[] pids() {
        int[] pids = new int[1024];
        int count = 0;
        int list = open(path.of("."), OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC);
        if (list < 0) {
            return new int[0];
        }
        try {
            entries.start(list);
            while (entries.next()) {
                int pid = entries.number();
                if (pid > 0) {
                    pids = count == pids.length ? Arrays.copyOf(pids, 2 * count) : pids;
                    pids[count++] = pid;
                }
            }
        } finally {
            Libc.close(list);
        }
        return Arrays.copyOf(pids, count);
    }

    /**
     * Which of the process's descriptors is the socket.
     *
     * @return -1 when none is, or the descriptors cannot be listed; {@link #errno} is then not 0
     */
    public int socketDescriptor(int pid, long inode) {
        errno = 0;
        int list = open(path.of(pid, "fd"), OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC);
        if (list < 0) {
            return -1;
        }
        try {
            entries.start(list);
            while (entries.next()) {
                if (!entries.isHidden() && link.isSocket(entries.readLink(link.buffer()), inode)) {
                    return entries.number();
                }
            }
            errno = entries.errno();
            return -1;
        } finally {
            Libc.close(list);
        }
    }

    /** Whether any of the process's descriptors is of the file at that path; false where they cannot be listed. */
    public boolean hasDescriptorOf(int pid, String file) {
        int list = open(path.of(pid, "fd"), OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC);
        if (list < 0) {
            return false;
        }
        try {
            entries.start(list);
            while (entries.next()) {
                int length = entries.isHidden() ? -1 : entries.readLink(link.buffer());
                if (length == file.length() && link.text(length).equals(file)) {
                    return true;
                }
            }
            return false;
        } finally {
            Libc.close(list);
        }
    }

    /** Whether that descriptor of the process is the socket; one system call. */
    public boolean isSocketDescriptor(int pid, int descriptor, long inode) {
        return link.isSocket(readLinkOf(pid, "fd/" + descriptor), inode);
    }

    /**
     * Whether the number is a process's and not that of another one of its threads.
     *
     * @return true also where the kernel (before 5.3) cannot tell
     */
    public boolean isProcess(int pid) {
        int descriptor = Libc.pidfdOpen(pid);
        if (descriptor >= 0) {
            Libc.close(descriptor);
            return true;
        }
        errno = Libc.errno();
        return errno == Errno.ENOSYS || errno == Errno.EPERM;
    }

    private int open(NativeBuffer name, int flags) {
        int file = Libc.openat(directory, name, flags);
        if (file < 0) {
            errno = Libc.errno();
        }
        return file;
    }

    @Override
    public void close() {
        Libc.close(directory);
    }
}
