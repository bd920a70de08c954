package dev.imdsanalyzer.kernel.bpf;

import java.io.IOException;
import java.util.List;

/**
 * Where the running kernel keeps what says in which namespaces and below which root a process is, and which file it
 * executes: byte offsets of members, -1 where this kernel has no such member. Structs: include/linux/sched.h, nsproxy.h,
 * fs.h, fs_struct.h, pid.h, pid_namespace.h, user_namespace.h, cred.h, net/net_namespace.h, fs/mount.h.
 *
 * @param pathDentry from a struct path to its directory entry
 * @param mountNamespace from a struct mount to the namespace that it is mounted in
 * @param mountNamespaceInode from a struct mnt_namespace to its inode number
 * @param firstUpidNamespace from a struct pid to the pointer to the initial pid namespace: numbers[0].ns
 * @param userNamespaceOwner from a struct user_namespace to the number of who made it, as the initial one sees it
 * @param userNamespaceLevel u32, 0 for the initial one
 */
record PlaceLayout(
        int taskNsproxy,
        int nsproxyMounts,
        int mountNamespaceInode,
        int mountNamespace,
        int fsRoot,
        int pathMount,
        int pathDentry,
        int dentryInode,
        int fileInode,
        int inodeNumber,
        int inodeSuperBlock,
        int superBlockDevice,
        int superBlockMagic,
        int taskPid,
        int firstUpidNamespace,
        int pidNamespaceReaper,
        int netUserNamespace,
        int credUserNamespace,
        int userNamespaceInode,
        int userNamespaceOwner,
        int userNamespaceLevel,
        int userNamespaceParent) {
    static final List<String> NAMES = List.of(
            "task_struct nsproxy mnt_ns mnt_namespace ns ns_common inum mount fs_struct root path mnt dentry d_inode",
            "file f_inode inode i_ino i_sb super_block s_dev s_magic thread_pid pid numbers upid pid_namespace",
            "child_reaper net user_ns cred user_namespace owner level parent");

    static PlaceLayout read(BtfReader reader) throws IOException {
        int numbers = reader.offset("pid", "numbers");
        int upidNamespace = reader.offset("upid", "ns");
        return new PlaceLayout(
                reader.offset("task_struct", "nsproxy"),
                reader.offset("nsproxy", "mnt_ns"),
                reader.offset("mnt_namespace", "ns", "inum"),
                reader.offset("mount", "mnt_ns"),
                reader.offset("fs_struct", "root"),
                reader.offset("path", "mnt"),
                reader.offset("path", "dentry"),
                reader.offset("dentry", "d_inode"),
                reader.offset("file", "f_inode"),
                reader.offset("inode", "i_ino"),
                reader.offset("inode", "i_sb"),
                reader.offset("super_block", "s_dev"),
                reader.offset("super_block", "s_magic"),
                reader.offset("task_struct", "thread_pid"),
                numbers < 0 || upidNamespace < 0 ? -1 : numbers + upidNamespace,
                reader.offset("pid_namespace", "child_reaper"),
                reader.offset("net", "user_ns"),
                reader.offset("cred", "user_ns"),
                reader.offset("user_namespace", "ns", "inum"),
                reader.offset("user_namespace", "owner"),
                reader.offset("user_namespace", "level"),
                reader.offset("user_namespace", "parent"));
    }

    /** Whether mount namespace, root and executable can be told. */
    boolean hasFiles() {
        return taskNsproxy >= 0
                && nsproxyMounts >= 0
                && mountNamespaceInode >= 0
                && mountNamespace >= 0
                && fsRoot >= 0
                && pathMount >= 0
                && pathDentry >= 0
                && dentryInode >= 0
                && fileInode >= 0
                && inodeNumber >= 0
                && inodeSuperBlock >= 0
                && superBlockDevice >= 0
                && superBlockMagic >= 0;
    }

    /** Whether the first process can be found, to compare with. Not before Linux 4.19. */
    boolean hasFirstProcess() {
        return taskPid >= 0 && firstUpidNamespace >= 0 && pidNamespaceReaper >= 0;
    }

    boolean hasUserNamespaces() {
        return netUserNamespace >= 0
                && credUserNamespace >= 0
                && userNamespaceInode >= 0
                && userNamespaceOwner >= 0
                && userNamespaceLevel >= 0
                && userNamespaceParent >= 0;
    }
}
