package dev.imdsanalyzer.kernel.bpf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the running kernel keeps what the program wants to know of a process: byte offsets of members, -1 where this
 * kernel has no such member. Structs: include/linux/sched.h, mm_types.h, fs.h, dcache.h, cred.h, fs_struct.h,
 * mount.h, fs/mount.h.
 *
 * @param taskStart start of the process since boot: start_boottime, real_start_time before Linux 5.5
 * @param fileDentry from a struct file to the pointer to its directory entry
 * @param dentryName from a struct dentry to the pointer to its name
 * @param fsRootDentry from a struct fs_struct to the directory entry of the process's root
 * @param fileMount from a struct file to the pointer to the struct vfsmount that it lies on
 * @param mountInner from a struct mount to the struct vfsmount inside it
 * @param mountRoot from a struct vfsmount to the directory entry of its root
 * @param mountPoint from a struct mount to the directory entry that it is mounted on
 * @param socket of the socket; its members may be missing even where this is {@link #complete}
 * @param place of the namespaces and the files; likewise
 * @param exec of what an exec tells; likewise
 */
record KernelLayout(
        int taskMm,
        int taskRealParent,
        int taskGroupLeader,
        int taskTgid,
        int taskStart,
        int taskComm,
        int taskCred,
        int taskLoginuid,
        int credEuid,
        int mmArgStart,
        int mmArgEnd,
        int mmExeFile,
        int fileDentry,
        int dentryName,
        int dentryParent,
        int taskFs,
        int fsRootDentry,
        int fileMount,
        int mountInner,
        int mountRoot,
        int mountParent,
        int mountPoint,
        SocketLayout socket,
        PlaceLayout place,
        ExecLayout exec) {

    private static final List<String> NAMES = List.of(
            "task_struct mm real_parent group_leader tgid start_boottime real_start_time comm cred loginuid",
            "euid mm_struct arg_start arg_end exe_file file f_path path dentry d_name qstr name d_parent",
            "fs fs_struct root mount mnt vfsmount mnt_root mnt_parent mnt_mountpoint");

    private static KernelLayout own;

    /** Of the running kernel, which is read once. */
    static synchronized KernelLayout ofThisKernel() throws IOException {
        if (own == null) {
            own = read(BtfReader.KERNEL);
        }
        return own;
    }

    /** Reads the offsets from a kernel's BTF. */
    static KernelLayout read(Path btf) throws IOException {
        List<String> names = Stream.of(NAMES, SocketLayout.NAMES, PlaceLayout.NAMES, ExecLayout.NAMES)
                .flatMap(List::stream)
                .flatMap(line -> List.of(line.split(" ")).stream())
                .toList();
        try (BtfReader reader = new BtfReader(btf, names)) {
            int start = reader.offset("task_struct", "start_boottime");
            return new KernelLayout(
                    reader.offset("task_struct", "mm"),
                    reader.offset("task_struct", "real_parent"),
                    reader.offset("task_struct", "group_leader"),
                    reader.offset("task_struct", "tgid"),
                    start >= 0 ? start : reader.offset("task_struct", "real_start_time"),
                    reader.offset("task_struct", "comm"),
                    reader.offset("task_struct", "cred"),
                    reader.offset("task_struct", "loginuid"),
                    reader.offset("cred", "euid"),
                    reader.offset("mm_struct", "arg_start"),
                    reader.offset("mm_struct", "arg_end"),
                    reader.offset("mm_struct", "exe_file"),
                    reader.offset("file", "f_path", "dentry"),
                    reader.offset("dentry", "d_name", "name"),
                    reader.offset("dentry", "d_parent"),
                    reader.offset("task_struct", "fs"),
                    reader.offset("fs_struct", "root", "dentry"),
                    reader.offset("file", "f_path", "mnt"),
                    reader.offset("mount", "mnt"),
                    reader.offset("vfsmount", "mnt_root"),
                    reader.offset("mount", "mnt_parent"),
                    reader.offset("mount", "mnt_mountpoint"),
                    SocketLayout.read(reader),
                    PlaceLayout.read(reader),
                    ExecLayout.read(reader));
        }
    }

    /** Whether everything that the ancestors and the arguments take is known. */
    boolean complete() {
        return taskMm >= 0
                && taskRealParent >= 0
                && taskGroupLeader >= 0
                && taskTgid >= 0
                && taskStart >= 0
                && taskComm >= 0
                && taskCred >= 0
                && credEuid >= 0
                && mmArgStart >= 0
                && mmArgEnd >= 0
                && mmExeFile >= 0
                && fileDentry >= 0
                && dentryName >= 0
                && dentryParent >= 0
                && taskFs >= 0
                && fsRootDentry >= 0
                && fileMount >= 0
                && mountInner >= 0
                && mountRoot >= 0
                && mountParent >= 0
                && mountPoint >= 0;
    }
}
