package dev.imdsanalyzer.kernel;

import java.nio.charset.StandardCharsets;

/**
 * The unified hierarchy of control groups, cgroups(7), asked by the numbers that BPF reports: a process that has ended has
 * no /proc/PID/cgroup any more, but its group mostly still is there. Any thread.
 */
public final class ControlGroups {
    private static final String HIERARCHY = "/sys/fs/cgroup";

    /**
     * struct file_handle {u32 handle_bytes; s32 handle_type; u8 f_handle[]}, include/linux/fs.h; the type and its one u64
     * are FILEID_KERNFS, include/linux/exportfs.h, Linux 5.5.
     */
    private static final int HANDLE_SIZE = 16;

    private static final int HANDLE_TYPE = 4;
    private static final int HANDLE_NODE = 8;
    private static final int FILEID_KERNFS = 0xFE;
    private static final int PATH_LIMIT = 4096;

    /** The root group's number, kernel/cgroup/cgroup.c; 0 is nobody's. */
    private static final long ROOT = 1;

    /** What one thread needs for its calls: made once, as native memory is given back late. */
    private static final class Scratch {
        final NativeBuffer path = new NativeBuffer(PATH_LIMIT);
        final NativeBuffer handle = new NativeBuffer(HANDLE_SIZE);
        /** A link's target, or the processes of a group. */
        final NativeBuffer content = new NativeBuffer(PATH_LIMIT);
    }

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private ControlGroups() {}

    /** Of the host: a container's own shows its own groups alone. */
    private static String mountPoint() {
        return HostRoot.resolve(HIERARCHY).toString();
    }

    /**
     * Where the group is. Needs CAP_DAC_READ_SEARCH.
     *
     * @param id as {@code bpf_get_current_cgroup_id()} gives it
     * @return the path below the mount point, from its slash on; null when it cannot be had: no such group any more, not
     *     permitted, an older kernel, or no unified hierarchy
     */
    public static String path(long id) {
        int group = open(id);
        if (group < 0) {
            return null;
        }
        Scratch scratch = SCRATCH.get();
        int length =
                Libc.readlinkat(OpenFlags.AT_FDCWD, scratch.path.putString("/proc/self/fd/" + group), scratch.content);
        Libc.close(group);
        if (length < 0) {
            return null;
        }
        String found = new String(start(scratch.content, length), StandardCharsets.UTF_8);
        return found.startsWith(mountPoint() + "/")
                ? found.substring(mountPoint().length())
                : null;
    }

    /**
     * The processes in the group itself, the newest number first. Needs CAP_DAC_READ_SEARCH.
     *
     * @return empty for the root group, which has whatever nobody has put elsewhere, and when they cannot be had; of a
     *     large group a part
     */
    public static int[] processes(long id) {
        int group = id <= ROOT ? -1 : open(id);
        if (group < 0) {
            return new int[0];
        }
        // 0 stands for a process that our pid namespace does not have.
        int[] pids = new String(processList(group), StandardCharsets.US_ASCII)
                .lines()
                .mapToInt(ControlGroups::number)
                .filter(pid -> pid > 0)
                .sorted()
                .toArray();
        for (int i = 0; i < pids.length / 2; i++) {
            int other = pids[pids.length - 1 - i];
            pids[pids.length - 1 - i] = pids[i];
            pids[i] = other;
        }
        return pids;
    }

    /** The start of the group's cgroup.procs; closes the group. */
    private static byte[] processList(int group) {
        Scratch scratch = SCRATCH.get();
        int file = Libc.openat(group, scratch.path.putString("cgroup.procs"), OpenFlags.RDONLY | OpenFlags.CLOEXEC);
        Libc.close(group);
        if (file < 0) {
            return new byte[0];
        }
        int length = Libc.read(file, scratch.content, PATH_LIMIT);
        Libc.close(file);
        return start(scratch.content, Math.max(0, length));
    }

    private static byte[] start(NativeBuffer buffer, int length) {
        byte[] bytes = new byte[length];
        buffer.bytes().get(0, bytes);
        return bytes;
    }

    private static int number(String line) {
        try {
            return Integer.parseInt(line);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** An open path, to be closed; -1 when it cannot be had. */
    private static int open(long id) {
        Scratch scratch = SCRATCH.get();
        int mount = Libc.openat(
                OpenFlags.AT_FDCWD,
                scratch.path.putString(mountPoint()),
                OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC);
        if (mount < 0) {
            return -1;
        }
        scratch.handle
                .bytes()
                .putInt(0, Long.BYTES)
                .putInt(HANDLE_TYPE, FILEID_KERNFS)
                .putLong(HANDLE_NODE, id);
        int group = Libc.openByHandleAt(mount, scratch.handle, OpenFlags.PATH | OpenFlags.CLOEXEC);
        Libc.close(mount);
        return group;
    }
}
