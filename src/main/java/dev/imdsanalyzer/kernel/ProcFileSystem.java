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
    /** struct linux_dirent64 {u64 d_ino; s64 d_off; u16 d_reclen; u8 d_type; char d_name[]}; include/linux/dirent.h. */
    private static final int DIRENT_LENGTH = 16;

    private static final int DIRENT_NAME = 19;
    private static final int DIRECTORY_BUFFER = 32 * 1024;

    /** What is longer comes in pieces of a page less one entry at most; a shorter piece is the last one. */
    private static final int LAST_PIECE = 1024;

    private static final int LINK_BUFFER = 4096;
    private static final int PATH_BUFFER = 256;

    private static final int GETDENTS64 = SystemCallNumber.GETDENTS64.value();
    private static final int PIDFD_OPEN = SystemCallNumber.PIDFD_OPEN.value();
    private static final int STATX = SystemCallNumber.STATX.value();
    private static final byte[] SOCKET_PREFIX = "socket:[".getBytes(StandardCharsets.US_ASCII);

    private final NativeBuffer path = new NativeBuffer(PATH_BUFFER);
    private final NativeBuffer link = new NativeBuffer(LINK_BUFFER);
    private final NativeBuffer entries = new NativeBuffer(DIRECTORY_BUFFER);
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
            long count = Libc.read(file, entries.address(), Math.min(DIRECTORY_BUFFER, limit - length));
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
            entries.bytes().get(0, content, length, (int) count);
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
            return searchLines(file, wanted);
        } finally {
            Libc.close(file);
        }
    }

    private byte[] searchLines(int file, byte[] wanted) {
        byte[] window = new byte[DIRECTORY_BUFFER];
        int kept = 0;
        while (true) {
            long count = Libc.read(file, entries.address(), DIRECTORY_BUFFER - kept);
            if (count < 0 && Libc.errno() == Errno.EINTR) {
                continue;
            }
            if (count <= 0) {
                return null;
            }
            entries.bytes().get(0, window, kept, (int) count);
            int length = kept + (int) count;
            int start = 0;
            for (int end = 0; end < length; end++) {
                if (window[end] == '\n') {
                    int found = indexOf(window, start, end, wanted);
                    if (found >= 0) {
                        return Arrays.copyOfRange(window, found + wanted.length, end);
                    }
                    start = end + 1;
                }
            }
            // No line of such tables is near the window's length; one that is would be given up.
            kept = start == 0 && length == DIRECTORY_BUFFER ? 0 : length - start;
            System.arraycopy(window, start, window, 0, kept);
        }
    }

    private static int indexOf(byte[] window, int start, int end, byte[] wanted) {
        for (int i = start; i <= end - wanted.length; i++) {
            if (window[i] == wanted[0] && Arrays.equals(window, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
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
            int length = fill(list);
            while (length > 0) {
                for (int entry = 0; entry < length; entry += entryLength(entry)) {
                    int pid = number(entry + DIRENT_NAME);
                    if (pid > 0) {
                        pids = count == pids.length ? Arrays.copyOf(pids, 2 * count) : pids;
                        pids[count++] = pid;
                    }
                }
                length = fill(list);
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
            int length = fill(list);
            while (length > 0) {
                for (int entry = 0; entry < length; entry += entryLength(entry)) {
                    if (isSocket(list, entry, inode)) {
                        return number(entry + DIRENT_NAME);
                    }
                }
                length = fill(list);
            }
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

    private boolean isSocket(int list, int entry, long inode) {
        if (entries.bytes().get(entry + DIRENT_NAME) == '.') {
            return false;
        }
        long name = entries.address() + entry + DIRENT_NAME;
        return isSocketLink(Libc.readlinkat(list, name, link.address(), LINK_BUFFER), inode);
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

    private int fill(int list) {
        int length = (int) Libc.syscall(GETDENTS64, list, entries.address(), DIRECTORY_BUFFER, 0, 0, 0);
        if (length < 0) {
            errno = Libc.errno();
        }
        return length;
    }

    private int entryLength(int entry) {
        return entries.bytes().getShort(entry + DIRENT_LENGTH) & 0xFFFF;
    }

    /** The decimal number at the offset, or -1 for another text. */
    private int number(int offset) {
        int number = 0;
        for (int i = offset; ; i++) {
            byte character = entries.bytes().get(i);
            if (character == 0) {
                return i == offset ? -1 : number;
            }
            if (character < '0' || character > '9') {
                return -1;
            }
            number = number * 10 + character - '0';
        }
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
