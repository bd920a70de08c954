package dev.imdsanalyzer.kernel;

import java.io.Closeable;
import java.nio.charset.StandardCharsets;

/**
 * Tells what comes into folders: inotify(7). One thread adds, removes and reads; it waits for {@link #descriptor} to be
 * readable. What happens in a folder before its watch is there is not told, so whoever adds one lists the folder afterwards.
 *
 * <pre>
 * struct inotify_event, include/uapi/linux/inotify.h, in host byte order:
 * 0 s32 wd   4 u32 mask   8 u32 cookie   12 u32 len   16 char name[len], ended and filled up by NULs
 * </pre>
 */
public final class FolderWatch implements Closeable {
    static final int WATCH_OFFSET = 0;
    static final int MASK_OFFSET = 4;
    static final int LENGTH_OFFSET = 12;
    static final int NAME_OFFSET = 16;

    static final int IN_CLOSE_WRITE = 0x8;
    static final int IN_MOVED_TO = 0x80;
    static final int IN_CREATE = 0x100;
    static final int IN_Q_OVERFLOW = 0x4000;
    static final int IN_IGNORED = 0x8000;
    static final int IN_ONLYDIR = 0x0100_0000;
    static final int IN_ISDIR = 0x4000_0000;

    private static final int BUFFER = 64 * 1024;

    /** Takes what has happened. */
    public interface Listener {
        /**
         * A folder has come into the watched one, or a file that is whole: renamed into it, or closed after it was written.
         *
         * @param name one part of a path, of at most 255 bytes
         */
        void entered(int watch, String name, boolean folder);

        /** The watched folder is gone, and its watch with it; or the watch was removed. */
        void ended(int watch);

        /** The kernel had more to tell than it keeps: anything may have happened. */
        void lost();
    }

    private final int descriptor;
    private final NativeBuffer events = new NativeBuffer(BUFFER);

    /** @throws KernelException where the kernel gives no more of them: fs.inotify.max_user_instances */
    public FolderWatch() throws KernelException {
        descriptor = Libc.inotifyInit1(OpenFlags.CLOEXEC | OpenFlags.NONBLOCK);
        if (descriptor < 0) {
            throw new KernelException("inotify_init1", Libc.errno());
        }
    }

    /** Readable when something has happened; closed with this. */
    public int descriptor() {
        return descriptor;
    }

    /**
     * Watches a folder, which need not stay open.
     *
     * @param files whether whole files are told; else folders alone
     * @return its number, of an already watched folder the same; -1 where it may not be watched, or the kernel's bound
     *     is reached, fs.inotify.max_user_watches
     */
    public int add(RootedFolder folder, boolean files) {
        int what = files ? IN_MOVED_TO | IN_CLOSE_WRITE : IN_MOVED_TO | IN_CREATE;
        return Libc.inotifyAddWatch(descriptor, folder.openPath(), what | IN_ONLYDIR);
    }

    /** Its end is told as well. */
    public void remove(int watch) {
        Libc.inotifyRemoveWatch(descriptor, watch);
    }

    /** Tells all that has happened so far; never waits. */
    public void read(Listener listener) {
        int length = Libc.read(descriptor, events, BUFFER);
        while (length > 0) {
            for (int at = 0; at < length; ) {
                tell(at, listener);
                at += NAME_OFFSET + events.bytes().getInt(at + LENGTH_OFFSET);
            }
            length = Libc.read(descriptor, events, BUFFER);
        }
    }

    private void tell(int at, Listener listener) {
        int watch = events.bytes().getInt(at + WATCH_OFFSET);
        int mask = events.bytes().getInt(at + MASK_OFFSET);
        boolean folder = (mask & IN_ISDIR) != 0;
        if ((mask & IN_Q_OVERFLOW) != 0) {
            listener.lost();
        } else if ((mask & IN_IGNORED) != 0) {
            listener.ended(watch);
        } else if (folder || (mask & (IN_MOVED_TO | IN_CLOSE_WRITE)) != 0) {
            listener.entered(watch, name(at), folder);
        }
    }

    private String name(int at) {
        int start = at + NAME_OFFSET;
        int end = start;
        int limit = start + events.bytes().getInt(at + LENGTH_OFFSET);
        while (end < limit && events.bytes().get(end) != 0) {
            end++;
        }
        byte[] name = new byte[end - start];
        events.bytes().get(start, name);
        return new String(name, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        Libc.close(descriptor);
    }
}
