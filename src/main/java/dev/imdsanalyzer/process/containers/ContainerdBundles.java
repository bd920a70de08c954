package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.process.Workload;
import java.io.IOException;
import java.io.InputStream;
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

    private static final int PID_DIGITS = 10;
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
                    "nerdctl/namespace"));

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
        namespaces.remove("moby");
        return namespaces;
    }

    /**
     * The container.
     *
     * @param namespaceFolder {@code STATE/io.containerd.runtime.v2.task/NAMESPACE}
     * @return null where its bundle is not there
     */
    Workload in(String namespaceFolder, String id) {
        Texts texts = annotations(namespaceFolder, id);
        if (texts == null) {
            return null;
        }
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
    String idOf(String namespaceFolder, Set<String> pids) {
        for (String id : folders.names(0, namespaceFolder, name -> true)) {
            byte[] first = folders.read(0, namespaceFolder + "/" + id, "init.pid", ContainerdBundles::digits);
            if (first != null && pids.contains(new String(first, StandardCharsets.US_ASCII))) {
                return id;
            }
        }
        return null;
    }

    private static byte[] digits(InputStream file) {
        try {
            return file.readNBytes(PID_DIGITS);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private Texts annotations(String namespaceFolder, String id) {
        if (id == null || id.indexOf('/') >= 0) {
            return null;
        }
        Map<String, String> found = folders.read(
                0, namespaceFolder + "/" + id, "config.json", document -> JsonTexts.ofObject(document, WANTED));
        return found == null ? null : new Texts(found, "annotations/");
    }

    /** Before containerd 1.5 the pod's name is only in the name of its log folder, which is the sandbox's to know. */
    private static Workload.Pod podOf(Texts sandbox) {
        String logs = sandbox == null ? null : sandbox.get(CRI + "sandbox-log-directory");
        return logs == null ? null : PodLogs.pod(logs.substring(logs.lastIndexOf('/') + 1));
    }
}
