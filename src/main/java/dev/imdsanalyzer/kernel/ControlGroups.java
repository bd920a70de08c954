package dev.imdsanalyzer.kernel;

import java.nio.charset.StandardCharsets;

/**
 * The unified hierarchy of control groups, cgroups(7), asked by the numbers that BPF reports: a process that has ended has
 * no /proc/PID/cgroup any more, but its group mostly still is there. Any thread.
 */
public final class ControlGroups {
    private static final String MOUNT_POINT = "/sys/fs/cgroup";

    /**
     * struct file_handle {u32 handle_bytes; s32 handle_type; u8 f_handle[]}, include/linux/fs.h; the type and its one u64
     * are FILEID_KERNFS, include/linux/exportfs.h, Linux 5.5.
     */
    private static final int HANDLE_SIZE = 16;

    private static final int HANDLE_TYPE = 4;
    private static final int HANDLE_NODE = 8;
    private static final int FILEID_KERNFS = 0xFE;
    private static final int PATH_LIMIT = 4096;

    private ControlGroups() {}

    /**
     * Where the group is. Needs CAP_DAC_READ_SEARCH.
     *
     * @param id as {@code bpf_get_current_cgroup_id()} gives it
     * @return the path below the mount point, from its slash on; null when it cannot be had: no such group any more, not
     *     permitted, an older kernel, or no unified hierarchy
     */
    public static String path(long id) {
        NativeBuffer path = new NativeBuffer(PATH_LIMIT);
        int mount = Libc.openat(
                OpenFlags.AT_FDCWD,
                path.putString(MOUNT_POINT),
                OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC,
                0);
        if (mount < 0) {
            return null;
        }
        NativeBuffer handle = new NativeBuffer(HANDLE_SIZE);
        handle.bytes().putInt(0, Long.BYTES).putInt(HANDLE_TYPE, FILEID_KERNFS).putLong(HANDLE_NODE, id);
        int group = (int) Libc.syscall(
                SystemCallNumber.OPEN_BY_HANDLE_AT.value(),
                mount,
                handle.address(),
                OpenFlags.PATH | OpenFlags.CLOEXEC,
                0,
                0,
                0);
        Libc.close(mount);
        if (group < 0) {
            return null;
        }
        path.putString("/proc/self/fd/" + group);
        NativeBuffer link = new NativeBuffer(PATH_LIMIT);
        long length = Libc.readlinkat(OpenFlags.AT_FDCWD, path.address(), link.address(), PATH_LIMIT);
        Libc.close(group);
        if (length < 0) {
            return null;
        }
        byte[] target = new byte[(int) length];
        link.bytes().get(0, target);
        String found = new String(target, StandardCharsets.UTF_8);
        return found.startsWith(MOUNT_POINT + "/") ? found.substring(MOUNT_POINT.length()) : null;
    }
}
