package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.process.Workload;
import java.util.List;

/**
 * What the kubelet's folders for logs are called: {@code /var/log/pods/NAMESPACE_POD_UID/CONTAINER}, and links
 * {@code /var/log/containers/POD_NAMESPACE_CONTAINER-ID.log}; pkg/kubelet/kuberuntime of Kubernetes. No name of Kubernetes
 * has an underscore. They are there as long as the pod, so also when its container has ended.
 */
final class PodLogs {
    private static final String PODS = "/var/log/pods";
    private static final String CONTAINERS = "/var/log/containers";

    private final HostFolders folders;

    PodLogs(HostFolders folders) {
        this.folders = folders;
    }

    /**
     * The pod, with its container where that is certain.
     *
     * @param containerId null where it is not known
     * @return null for none
     */
    Workload.Pod find(String podUid, String containerId) {
        String container = null;
        if (containerId != null) {
            List<String> links = folders.names(0, CONTAINERS, name -> name.endsWith("-" + containerId + ".log"));
            String[] parts = links.isEmpty() ? new String[0] : links.get(0).split("_", -1);
            if (parts.length == 3) {
                container = parts[2].substring(0, parts[2].length() - containerId.length() - "-.log".length());
                if (podUid == null) {
                    return new Workload.Pod(null, parts[0], parts[1], container);
                }
            }
        }
        if (podUid == null) {
            return null;
        }
        List<String> pods = folders.names(0, PODS, name -> name.endsWith("_" + podUid));
        Workload.Pod pod = pods.isEmpty() ? null : pod(pods.get(0));
        if (pod == null) {
            return null;
        }
        if (container == null) {
            List<String> containers = folders.names(0, PODS + "/" + pods.get(0), name -> true);
            container = containers.size() == 1 ? containers.get(0) : null;
        }
        return new Workload.Pod(podUid, pod.name(), pod.namespace(), container);
    }

    /** The pod of a folder's name; null where it is none. */
    static Workload.Pod pod(String folder) {
        String[] parts = folder.split("_", -1);
        return parts.length == 3
                ? new Workload.Pod(Texts.clean(parts[2]), Texts.clean(parts[1]), Texts.clean(parts[0]), null)
                : null;
    }
}
