package dev.imdsanalyzer.kernel;

import java.io.Closeable;
import java.util.function.Predicate;

/**
 * A folder below some root directory, and what lies in it. The way to the folder may have links, as root sets them up on
 * a host; from the folder on none is followed, and nothing but folders and regular files is opened: what lies there may
 * be put there by a container.
 *
 * <p>For one thread at a time.
 */
public final class RootedFolder implements Closeable {
    /** The root directory that this program itself has. */
    public static final String OWN_ROOT = HostRoot.OWN;

    private static final String FIRST_PROCESS = "/proc/1/root";
    private static final int PLACE = OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
    private static final int PATH_LIMIT = 4096;

    private final int descriptor;
    private final FileStatus status;

    private RootedFolder(int descriptor, FileStatus status) {
        this.descriptor = descriptor;
        this.status = status;
    }

    /**
     * The root directory for the files of whoever may run beside this program: where nothing was chosen, that of the host's first
     * process, if it may be seen.
     */
    public static String hostsRoot() {
        boolean seen = !HostRoot.isElsewhere() && RootedFile.statusOf(1, "/") != null;
        return seen ? FIRST_PROCESS : HostRoot.path();
    }

    /**
     * Opens a folder.
     *
     * @param root path of the root directory, as this program sees it: {@link #OWN_ROOT}, {@code /proc/1/root}, {@code /host}
     * @param path absolute, as seen from that root
     * @return null when there is no such folder, or it may not be seen
     */
    public static RootedFolder open(String root, String path) {
        if (path.length() >= PATH_LIMIT / 4 || root.length() >= PATH_LIMIT / 4) {
            return null;
        }
        NativeBuffer memory = RootedFile.pathMemory();
        int top = Libc.openat(
                OpenFlags.AT_FDCWD, memory.putString(root), OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC);
        if (top < 0) {
            return null;
        }
        int place = RootedFile.openPlace(top, root.equals(OWN_ROOT), path, memory);
        Libc.close(top);
        return ofPlace(place);
    }

    private static RootedFolder ofPlace(int place) {
        FileStatus status = place < 0 ? null : RootedFile.status(place);
        if (status == null || !status.isFolder()) {
            if (place >= 0) {
                Libc.close(place);
            }
            return null;
        }
        return new RootedFolder(place, status);
    }

    /** As it was when the folder was opened. */
    public FileStatus status() {
        return status;
    }

    /**
     * Opens a regular file.
     *
     * @param path relative, of plain names
     * @return null when there is none, a link is on the way, or it may not be read
     */
    public RootedFile file(String path) {
        int place = place(path);
        return place < 0 ? null : RootedFile.ofPlace(place);
    }

    /** Opens a folder in it; null as above. */
    public RootedFolder folder(String path) {
        return ofPlace(place(path));
    }

    /** Name by name, as one call would follow links on the way before Linux 5.6. */
    private int place(String path) {
        if (path.length() >= PATH_LIMIT / 4) {
            return -1;
        }
        NativeBuffer memory = RootedFile.pathMemory();
        int at = descriptor;
        for (String name : path.split("/", -1)) {
            boolean plain = !name.isEmpty() && !name.equals(".") && !name.equals("..") && name.indexOf('\0') < 0;
            int next = plain ? Libc.openat(at, memory.putString(name), PLACE) : -1;
            if (at != descriptor) {
                Libc.close(at);
            }
            if (next < 0) {
                return -1;
            }
            at = next;
        }
        return at;
    }

    /**
     * Goes through the names in it.
     *
     * @param limit at most so many, of as many as there may be
     * @param visitor false to stop; opens and reads nothing
     */
    public void list(int limit, Predicate<String> visitor) {
        NativeBuffer buffer = RootedFile.contentMemory();
        int list = Libc.openat(
                descriptor, buffer.putString("."), OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC);
        if (list < 0) {
            return;
        }
        try {
            DirectoryEntries entries = new DirectoryEntries(buffer);
            entries.start(list);
            boolean more = true;
            for (int i = 0; more && i < limit && entries.next(); i++) {
                more = entries.isHidden() || visitor.test(entries.name());
            }
        } finally {
            Libc.close(list);
        }
    }

    /** The path by which this thread finds what is open here, until it is closed; in this thread's memory for a path. */
    NativeBuffer openPath() {
        return RootedFile.pathMemory().putString("/proc/self/fd/" + descriptor);
    }

    @Override
    public void close() {
        Libc.close(descriptor);
    }
}
