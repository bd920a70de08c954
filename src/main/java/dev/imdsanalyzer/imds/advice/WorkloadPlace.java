package dev.imdsanalyzer.imds.advice;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a caller's token has to go, as far as the remedy depends on it.
 *
 * @param kind what it runs in
 * @param name what a person calls it, a stranger's word; null where it is not known
 */
public record WorkloadPlace(Kind kind, @Nullable String name) {
    /** Nothing is known of it. */
    public static final WorkloadPlace UNKNOWN = new WorkloadPlace(Kind.UNKNOWN, null);

    private static final int NAME_CHARACTERS = 128;

    /** Namespaces of what serves the node rather than the cluster's users. */
    private static final Set<String> NODE_NAMESPACES =
            Set.of("kube-system", "amazon-cloudwatch", "amazon-guardduty", "calico-system", "logging", "monitoring");

    /** What agents of nodes are called, as a word or two of their name: by AWS's add-ons and the charts of the others. */
    private static final Set<String> NODE_WORDS = Set.of(
            "node",
            "agent",
            "daemon",
            "daemonset",
            "fluent",
            "fluentd",
            "filebeat",
            "promtail",
            "vector",
            "cni",
            "proxy",
            "exporter",
            "collector");

    /** What a caller runs in. */
    public enum Kind {
        /** A pod that serves its node: on each of them, one. */
        NODE_AGENT,
        POD,
        /** Of ECS. */
        TASK,
        /** Of Docker, podman or containerd alone. */
        CONTAINER,
        UNKNOWN
    }

    public WorkloadPlace {
        if (name != null && name.length() > NAME_CHARACTERS) {
            name = name.substring(0, NAME_CHARACTERS) + "…";
        }
    }

    /**
     * A pod's. A DaemonSet's pod has one generated ending, five characters, which a Job's has too: so what it is called
     * has to speak of a node as well.
     *
     * @param namespace null where it is not known
     * @param pod its name, with the ending; null where it is not known
     * @param controller the name without the ending; null where it is not known
     * @param name of the workload, for people
     */
    public static WorkloadPlace ofPod(
            @Nullable String namespace, @Nullable String pod, @Nullable String controller, @Nullable String name) {
        boolean perNode = pod != null
                && controller != null
                && pod.length() == controller.length() + "-x2kqp".length()
                && speaksOfNodes(namespace, controller);
        return new WorkloadPlace(perNode ? Kind.NODE_AGENT : Kind.POD, name);
    }

    private static boolean speaksOfNodes(@Nullable String namespace, String controller) {
        if (namespace != null && NODE_NAMESPACES.contains(namespace)) {
            return true;
        }
        for (String word : controller.toLowerCase(Locale.ROOT).split("-", -1)) {
            if (NODE_WORDS.contains(word)) {
                return true;
            }
        }
        return false;
    }

    /** As the object of a sentence: {@code pod shop/checkout web}. */
    String called() {
        String what = switch (kind) {
            case NODE_AGENT -> "node agent";
            case POD -> "pod";
            case TASK -> "task";
            case CONTAINER -> "container";
            case UNKNOWN -> "container";
        };
        return name == null ? "the " + what : what + " " + name;
    }
}
