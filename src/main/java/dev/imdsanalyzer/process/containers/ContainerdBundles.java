package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.process.Workload;
import dev.imdsanalyzer.process.proc.CgroupPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Bundles of containerd: {@code STATE/io.containerd.runtime.v2.task/NAMESPACE/ID/config.json}, a file of the OCI runtime
 * specification, whose annotations have the names; internal/cri/annotations/annotations.go of containerd, pkg/labels of
 * nerdctl. A bundle is there from before the container's process until it has ended.
 */
final class ContainerdBundles {
    static final String TASKS = "/io.containerd.runtime.v2.task/";

    /** Docker's namespace. */
    static final String DOCKER = "/moby";

    private static final String ANNOTATIONS = "annotations/";
    private static final String CRI = "io.kubernetes.cri.";
    private static final Map<String, Set<String>> WANTED = Map.of(
            "annotations",
            Set.of(
                    CRI + "container-type",
                    CRI + "container-name",
                    CRI + "sandbox-id",
                    CRI + "sandbox-name",
                    CRI + "sandbox-namespace",
                    CRI + "sandbox-uid",
                    CRI + "sandbox-log-directory",
                    CRI + "image-name",
                    CRI + "podsandbox.image-name",
                    "nerdctl/name",
                    "nerdctl/namespace"),
            "linux",
            Set.of("cgroupsPath"));

    /** Containerd's own, k3s's and RKE2's, Docker's, the same as a snap, Bottlerocket's host containers, MicroK8s's. */
    private static final List<String> STATES = List.of(
            "/run/containerd",
            "/run/k3s/containerd",
            "/run/docker/containerd/daemon",
            "/run/snap.docker/containerd/daemon",
            "/run/host-containerd",
            "/var/snap/microk8s/common/run/containerd");

    private final HostFolders folders;
    private final List<String> states;

    /** @param more state folders of the configuration */
    ContainerdBundles(HostFolders folders, List<String> more) {
        this.folders = folders;
        Set<String> all = new LinkedHashSet<>(more);
        all.addAll(STATES);
        this.states = List.copyOf(all);
    }

    /** The container in one of the folders that containerd usually has; null for none. */
    Workload find(String id) {
        for (String state : states) {
            for (String namespace : namespaces(state + TASKS)) {
                Workload workload = in(state + TASKS + namespace, id);
                if (workload != null) {
                    return workload;
                }
            }
        }
        return null;
    }

    private List<String> namespaces(String tasks) {
        List<String> namespaces = new ArrayList<>(folders.names(0, tasks, name -> true));
        // Docker's have no names here.
        namespaces.remove(DOCKER.substring(1));
        return namespaces;
    }

    /**
     * The container.
     *
     * @param namespaceFolder {@code STATE/io.containerd.runtime.v2.task/NAMESPACE}
     * @return null where its bundle is not there
     */
    Workload in(String namespaceFolder, String id) {
        Bundle bundle = bundle(namespaceFolder, id);
        return bundle == null ? null : bundle.workload();
    }

    /**
     * A bundle.
     *
     * @param group the control group that the container's is to be
     */
    record Bundle(Workload workload, CgroupPath group) {}

    /** The container and where it runs; null where its bundle is not there. */
    Bundle bundle(String namespaceFolder, String id) {
        Map<String, String> found = read(namespaceFolder, id);
        return found == null
                ? null
                : new Bundle(
                        workload(namespaceFolder, id, new Texts(found, ANNOTATIONS)),
                        group(new Texts(found, "linux/").get("cgroupsPath")));
    }

    /** Runc takes a path, or {@code SLICE:PREFIX:NAME} of the scope that systemd is to make. */
    private static CgroupPath group(String cgroupsPath) {
        String[] parts = cgroupsPath == null ? new String[0] : cgroupsPath.split(":", -1);
        String path = parts.length == 3 ? "/" + parts[0] + "/" + parts[1] + "-" + parts[2] + ".scope" : cgroupsPath;
        return CgroupPath.parse(path == null ? null : ("0::" + path).getBytes(StandardCharsets.UTF_8));
    }

    private Workload workload(String namespaceFolder, String id, Texts texts) {
        boolean sandbox = "sandbox".equals(texts.get(CRI + "container-type"));
        String podName = texts.get(CRI + "sandbox-name");
        Workload.Pod pod = podName == null
                ? podOf(sandbox ? texts : annotations(namespaceFolder, texts.get(CRI + "sandbox-id")))
                : new Workload.Pod(texts.get(CRI + "sandbox-uid"), podName, texts.get(CRI + "sandbox-namespace"), null);
        String container = sandbox ? null : texts.get(CRI + "container-name");
        if (pod != null) {
            pod = new Workload.Pod(pod.uid(), pod.name(), pod.namespace(), container);
        }
        String imageName = texts.get(CRI + "image-name");
        ImageReference image =
                ImageReference.of(imageName != null ? imageName : texts.get(CRI + "podsandbox.image-name"));
        String name = container != null ? container : texts.get("nerdctl/name");
        // What ctr(8) is told to call a container is its identifier.
        boolean nameless = name == null && !sandbox && !id.matches("[0-9a-f]{64}");
        return new Workload(nameless ? id : name, image.name(), image.tag(), pod, null, null, null, sandbox);
    }

    /**
     * Which of a pod's containers one of the processes is the first of: bundles keep its number.
     *
     * @return null for none
     */
    String idOf(String namespaceFolder, Set<Integer> pids) {
        for (String id : folders.names(0, namespaceFolder, name -> true)) {
            HostFolders.WrittenPid first =
                    folders.pid(0, namespaceFolder + "/" + id, RuntimeLayout.CONTAINERD.pidFile());
            if (first != null && pids.contains(first.pid())) {
                return id;
            }
        }
        return null;
    }

    /** Where root's runtimes make bundles. */
    List<WatchedRoot> roots() {
        return states.stream()
                .map(state -> new WatchedRoot(RuntimeLayout.CONTAINERD, state + TASKS.substring(0, TASKS.length() - 1)))
                .toList();
    }

    private Texts annotations(String namespaceFolder, String id) {
        Map<String, String> found = read(namespaceFolder, id);
        return found == null ? null : new Texts(found, ANNOTATIONS);
    }

    private Map<String, String> read(String namespaceFolder, String id) {
        return id == null || id.indexOf('/') >= 0
                ? null
                : folders.read(
                        0, namespaceFolder + "/" + id, "config.json", document -> JsonTexts.ofObject(document, WANTED));
    }

    /** Before containerd 1.5 the pod's name is only in the name of its log folder, which is the sandbox's to know. */
    private static Workload.Pod podOf(Texts sandbox) {
        String logs = sandbox == null ? null : sandbox.get(CRI + "sandbox-log-directory");
        return logs == null ? null : PodLogs.pod(logs.substring(logs.lastIndexOf('/') + 1));
    }
}
