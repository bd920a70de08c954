package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.proc.CgroupPath;
import dev.imdsanalyzer.process.proc.Cmdline;
import java.util.List;

/**
 * The process of a runtime's that a container's first process has as its parent: containerd's shim, whose working
 * directory is the bundle of its first container, or conmon, whose arguments name container and bundle.
 *
 * @param kind which of them
 * @param owner number of the user it runs as
 * @param folder of the shim {@code STATE/io.containerd.runtime.v2.task/NAMESPACE}; of conmon {@code
 *     ROOT/DRIVER-containers}
 * @param id of the container; of a pod's shim that of its sandbox
 * @param name that conmon was told; null of a shim
 */
record ParentRuntime(Kind kind, long owner, String folder, String id, String name) {
    enum Kind {
        SHIM,
        CONMON
    }

    private static final int ARGUMENTS_LIMIT = 32 * 1024;
    private static final int GROUPS_LIMIT = 64 * 1024;
    private static final String SHIM = "containerd-shim";
    private static final String CONMON = "conmon";

    /** Docker's containers are in this namespace of containerd's, the kubelet's in the other. */
    boolean isDocker() {
        return kind == Kind.SHIM && folder.endsWith(ContainerdBundles.DOCKER);
    }

    boolean isOfPod() {
        return kind == Kind.SHIM && folder.endsWith("/k8s.io");
    }

    /** Whether conmon was told to by CRI-O. */
    boolean isCriO() {
        return name != null && name.startsWith("k8s_");
    }

    /**
     * The nearest one above a caller. A process in a container may call itself what it likes, but cannot leave the control
     * group that shows it there.
     *
     * @return null for none
     */
    static ParentRuntime find(ProcFileSystem proc, List<Ancestor> ancestors) {
        for (Ancestor ancestor : ancestors) {
            String name = ancestor.name() == null ? "" : ancestor.name();
            ParentRuntime found = null;
            if (name.startsWith(SHIM)) {
                found = shim(proc, ancestor.pid());
            } else if (name.equals(CONMON)) {
                found = conmon(proc, ancestor.pid());
            }
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static ParentRuntime shim(ProcFileSystem proc, int pid) {
        String bundle = proc.readLink(pid, "cwd");
        int tasks = bundle == null ? -1 : bundle.indexOf(ContainerdBundles.TASKS);
        int namespaceEnd = tasks < 0 ? -1 : bundle.indexOf('/', tasks + ContainerdBundles.TASKS.length());
        if (namespaceEnd < 0 || proc.owner(pid) != 0 || !isOutside(proc, pid)) {
            return null;
        }
        String first = bundle.substring(namespaceEnd + 1);
        return new ParentRuntime(
                Kind.SHIM, 0, bundle.substring(0, namespaceEnd), first.replace(" (deleted)", ""), null);
    }

    private static ParentRuntime conmon(ProcFileSystem proc, int pid) {
        List<String> arguments = Cmdline.parse(proc.read(pid, "cmdline", ARGUMENTS_LIMIT));
        String id = option(arguments, "-c");
        String bundle = option(arguments, "-b");
        int storageEnd = id == null || bundle == null ? -1 : bundle.indexOf("/" + id + "/");
        long owner = proc.owner(pid);
        return storageEnd < 0 || owner < 0 || !isOutside(proc, pid)
                ? null
                : new ParentRuntime(
                        Kind.CONMON, owner, bundle.substring(0, storageEnd), id, Texts.clean(option(arguments, "-n")));
    }

    private static boolean isOutside(ProcFileSystem proc, int pid) {
        byte[] groups = proc.read(pid, "cgroup", GROUPS_LIMIT);
        CgroupPath place = groups == null ? null : CgroupPath.parse(groups);
        return place != null && place.containerId() == null;
    }

    private static String option(List<String> arguments, String option) {
        int at = arguments.indexOf(option);
        return at < 0 || at + 1 >= arguments.size() ? null : arguments.get(at + 1);
    }
}
