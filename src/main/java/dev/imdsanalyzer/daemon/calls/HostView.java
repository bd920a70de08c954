package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.kernel.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a container that runs this program is to be shown of its host, and what each lack costs. */
final class HostView {
    /** PROC_PID_INIT_INO, include/linux/proc_ns.h: the first pid namespace, in which all processes are seen. */
    private static final String FIRST_PID_NAMESPACE = "pid:[4026531836]";

    private static final Map<String, String> FOLDERS = new LinkedHashMap<>();

    static {
        FOLDERS.put("run", "containers and pods have an id and no name");
        FOLDERS.put("sys/fs/cgroup", "callers that end at once have no container");
        FOLDERS.put("etc", "users have a number and no name");
        FOLDERS.put("var/lib", "programs of the host have no package");
    }

    private HostView() {}

    /** Empty where no other root than its own was chosen. */
    static List<String> lacks() {
        if (!HostRoot.isElsewhere()) {
            return List.of();
        }
        try {
            return lacks(
                    Path.of(HostRoot.path()),
                    Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString());
        } catch (IOException e) {
            return lacks(Path.of(HostRoot.path()), FIRST_PID_NAMESPACE);
        }
    }

    /**
     * @param root where the host is to be seen
     * @param pidNamespace of this process, as /proc/self/ns/pid names it
     */
    static List<String> lacks(Path root, String pidNamespace) {
        List<String> lacks = new ArrayList<>();
        if (!pidNamespace.equals(FIRST_PID_NAMESPACE)) {
            lacks.add(
                    "the host's processes are not seen (hostPID or --pid=host is missing): callers outside are not named");
        }
        FOLDERS.forEach((folder, cost) -> {
            if (!Files.isDirectory(root.resolve(folder))) {
                lacks.add(root.resolve(folder) + " is not mounted: " + cost);
            }
        });
        return lacks;
    }
}
