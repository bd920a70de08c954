package dev.imdsanalyzer.kernel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Files and links of /proc, read through reused native buffers: a third of the time that java.nio takes, and nothing is
 * allocated while descriptors are searched. What cannot be read has the value null or -1, and {@link #errno} the reason:
 * processes come and go, so that is no exception.
 *
 * <p>For one thread at a time.
 */
public final class ProcFileSystem implements AutoCloseable {
    private static final int BUFFER = 32 * 1024;

    /** What is longer comes in pieces of a page less one entry at most; a shorter piece is the last one. */
    private static final int LAST_PIECE = 1024;

    private static final int LINK_BUFFER = 4096;
    private static final int PATH_BUFFER = 256;

    private static final int PIDFD_OPEN = SystemCallNumber.PIDFD_OPEN.value();
    private static final int STATX = SystemCallNumber.STATX.value();
    private static final byte[] SOCKET_PREFIX = "socket:[".getBytes(StandardCharsets.US_ASCII);

    private final NativeBuffer path = new NativeBuffer(PATH_BUFFER);
    private final NativeBuffer link = new NativeBuffer(LINK_BUFFER);
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
                OpenFlags.AT_FDCWD,
                path.putString(mountPoint),
                OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC,
                0);
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
        putPath(pid, name);
        return readPath(limit);
    }

    /** The bytes of {@code /proc/name}, at most {@code limit} of them; null when it cannot be read. */
    public byte[] read(String name, int limit) {
        path.putString(name);
        return readPath(limit);
    }

    private byte[] readPath(int limit) {
        int file = open(OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.NONBLOCK);
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
        byte[] content = new byte[Math.min(limit, 4096)];
        int length = 0;
        while (length < limit) {
            long count = Libc.read(file, buffer.address(), Math.min(BUFFER, limit - length));
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
            int end = length + (int) count;
            if (end > content.length) {
                content = Arrays.copyOf(content, Math.min(limit, Math.max(end, 2 * content.length)));
            }
            buffer.bytes().get(0, content, length, (int) count);
            length = end;
            if (count < LAST_PIECE) {
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
        putPath(pid, name);
        int file = open(OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.NONBLOCK);
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
        putPath(pid, name);
        long length = Libc.readlinkat(directory, path.address(), link.address(), LINK_BUFFER);
        if (length < 0) {
            errno = Libc.errno();
            return null;
        }
        byte[] target = new byte[(int) length];
        link.bytes().get(0, target);
        return new String(target, StandardCharsets.UTF_8);
    }

    /**
     * The number of one of the process's namespaces.
     *
     * @param kind as below /proc/PID/ns: net, mnt, user, pid …
     * @return the inode, as in {@code net:[4026531840]}; -1 when it cannot be read
     */
    public long namespace(int pid, String kind) {
        putPath(pid, "ns/" + kind);
        long length = Libc.readlinkat(directory, path.address(), link.address(), LINK_BUFFER);
        if (length < 0) {
            errno = Libc.errno();
            return -1;
        }
        return bracketedNumber(link.bytes(), (int) length);
    }

    private static long bracketedNumber(ByteBuffer text, int length) {
        long number = -1;
        for (int i = 0; i < length; i++) {
            byte character = text.get(i);
            if (character == '[') {
                number = 0;
            } else if (number >= 0 && character >= '0' && character <= '9') {
                number = number * 10 + character - '0';
            }
        }
        return number;
    }

    /**
     * The owner of /proc/PID: the process's effective user, or 0 where it is not dumpable (proc(5)); -1 when there is no
     * such process.
     */
    public int owner(int pid) {
        putPath(pid, "");
        FileStatus found = status();
        return found == null ? -1 : found.owner();
    }

    /** The status of what {@code /proc/PID/name} leads to, links followed; null when it cannot be had. */
    public FileStatus status(int pid, String name) {
        putPath(pid, name);
        return status();
    }

    private FileStatus status() {
        long result = Libc.syscall(STATX, directory, path.address(), 0, FileStatus.BASIC, status.address(), 0);
        if (result < 0) {
            errno = Libc.errno();
            return null;
        }
        return FileStatus.from(status.bytes());
    }

    /** Every process, in the order of their numbers; empty when /proc cannot be listed. */
    public int[] pids() {
        path.putString(".");
        int[] pids = new int[1024];
        int count = 0;
        int list = open(OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC);
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
        putPath(pid, "fd");
        int list = open(OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC);
        if (list < 0) {
            return -1;
        }
        try {
            entries.start(list);
            while (entries.next()) {
                if (!entries.isHidden()
                        && isSocketLink(
                                Libc.readlinkat(list, entries.nameAddress(), link.address(), LINK_BUFFER), inode)) {
                    return entries.number();
                }
            }
            errno = entries.errno();
            return -1;
        } finally {
            Libc.close(list);
        }
    }

    /** Whether that descriptor of the process is the socket; one system call. */
    public boolean isSocketDescriptor(int pid, int descriptor, long inode) {
        putPath(pid, "fd/" + descriptor);
        long length = Libc.readlinkat(directory, path.address(), link.address(), LINK_BUFFER);
        errno = length < 0 ? Libc.errno() : 0;
        return isSocketLink(length, inode);
    }

    /**
     * Whether the number is a process's and not that of another one of its threads.
     *
     * @return true also where the kernel (before 5.3) cannot tell
     */
    public boolean isProcess(int pid) {
        int descriptor = (int) Libc.syscall(PIDFD_OPEN, pid, 0, 0, 0, 0, 0);
        if (descriptor >= 0) {
            Libc.close(descriptor);
            return true;
        }
        errno = Libc.errno();
        return errno == Errno.ENOSYS || errno == Errno.EPERM;
    }

    private boolean isSocketLink(long length, long inode) {
        if (length <= SOCKET_PREFIX.length) {
            return false;
        }
        ByteBuffer target = link.bytes();
        for (int i = 0; i < SOCKET_PREFIX.length; i++) {
            if (target.get(i) != SOCKET_PREFIX[i]) {
                return false;
            }
        }
        return bracketedNumber(target, (int) length) == inode;
    }

    private int open(int flags) {
        int file = Libc.openat(directory, path.address(), flags, 0);
        if (file < 0) {
            errno = Libc.errno();
        }
        return file;
    }

    /** Writes {@code PID/name} and a NUL; digit by digit, as a search does it thousands of times. */
    private void putPath(int pid, String name) {
        ByteBuffer bytes = path.bytes();
        int digits = 1;
        for (int rest = pid / 10; rest > 0; rest /= 10) {
            digits++;
        }
        int rest = pid;
        for (int i = digits - 1; i >= 0; i--) {
            bytes.put(i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        int position = digits;
        bytes.put(position++, (byte) '/');
        for (int i = 0; i < name.length(); i++) {
            bytes.put(position++, (byte) name.charAt(i));
        }
        bytes.put(position, (byte) 0);
    }

    @Override
    public void close() {
        Libc.close(directory);
    }
}
