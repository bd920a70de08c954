package dev.imdsanalyzer.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The shipped DaemonSet's pod, and what the kubelet asks the container runtime for it: each member of the security context
 * goes over as pkg/kubelet/kuberuntime and pkg/securitycontext of Kubernetes hand it on. Nothing of it is written twice.
 */
final class PodManifest {
    /** What every container that is not privileged has, by pkg/securitycontext/util.go. */
    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware");

    private static final List<String> READ_ONLY =
            List.of("/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private final ObjectNode pod;

    private PodManifest(ObjectNode pod) {
        this.pod = pod;
    }

    static PodManifest shipped() throws IOException {
        return new PodManifest((ObjectNode) new YAMLMapper()
                .readTree(Files.readString(Checkout.file("packaging/kubernetes/base/daemonset.yaml")))
                .at("/spec/template/spec"));
    }

    PodManifest asRoot() {
        ((ObjectNode) pod.at("/securityContext"))
                .put("runAsUser", 0)
                .put("runAsGroup", 0)
                .put("runAsNonRoot", false);
        return this;
    }

    PodManifest without(String capability) {
        ArrayNode added = (ArrayNode) container().at("/securityContext/capabilities/add");
        for (int i = added.size() - 1; i >= 0; i--) {
            if (added.get(i).asString().equals(capability)) {
                added.remove(i);
            }
        }
        return this;
    }

    /** The configuration stays. */
    PodManifest withoutHostPaths() {
        ArrayNode mounts = (ArrayNode) container().path("volumeMounts");
        for (int i = mounts.size() - 1; i >= 0; i--) {
            if (volume(mounts.get(i).path("name").asString()).has("hostPath")) {
                mounts.remove(i);
            }
        }
        return this;
    }

    PodManifest withoutHostProcesses() {
        pod.put("hostPID", false);
        return this;
    }

    /** @param profile of the node, in the form of containerd */
    PodManifest withSeccompProfile(Path profile) {
        ((ObjectNode) pod.at("/securityContext/seccompProfile"))
                .put("type", "Localhost")
                .put("localhostProfile", profile.toString());
        return this;
    }

    /** Seconds that it has for its end. */
    int gracePeriod() {
        return pod.path("terminationGracePeriodSeconds").asInt();
    }

    int user() {
        return pod.at("/securityContext/runAsUser").asInt();
    }

    /** CRI's PodSandboxConfig. */
    Map<String, Object> sandbox(String namespace, String name, String uid) {
        Map<String, Object> security = new HashMap<>(user("run_as_user", "run_as_group"));
        security.put("namespace_options", namespaces());
        security.put("seccomp", seccomp());
        return Map.of(
                "metadata", Map.of("name", name, "uid", uid, "namespace", namespace),
                "log_directory", CriPod.logs(namespace, name, uid),
                "linux", Map.of("cgroup_parent", "/kubepods/burstable/pod" + uid, "security_context", security));
    }

    /**
     * CRI's ContainerConfig.
     *
     * @param configuration the folder that stands for the ConfigMap
     */
    Map<String, Object> container(String image, Path configuration) {
        JsonNode container = container();
        List<Map<String, Object>> variables = new ArrayList<>();
        container
                .path("env")
                .forEach(each -> variables.add(Map.of(
                        "key", each.path("name").asString(),
                        "value", each.path("value").asString())));
        return Map.of(
                "metadata", Map.of("name", container.path("name").asString()),
                "image", Map.of("image", image),
                "args", texts(container.path("args")),
                "envs", variables,
                "mounts", mounts(configuration),
                "log_path", logPath(),
                "linux", Map.of("resources", resources(), "security_context", security()));
    }

    /** Below the pod's folder of logs. */
    String logPath() {
        return container().path("name").asString() + "/0.log";
    }

    private JsonNode container() {
        return pod.at("/containers/0");
    }

    private Map<String, Object> security() {
        JsonNode asked = container().path("securityContext");
        Map<String, Object> security = new HashMap<>(user("run_as_user", "run_as_group"));
        security.put(
                "capabilities",
                Map.of(
                        "add_capabilities", texts(asked.at("/capabilities/add")),
                        "drop_capabilities", texts(asked.at("/capabilities/drop"))));
        security.put("privileged", asked.path("privileged").asBoolean());
        security.put("namespace_options", namespaces());
        security.put("readonly_rootfs", asked.path("readOnlyRootFilesystem").asBoolean());
        security.put("no_new_privs", !asked.path("allowPrivilegeEscalation").asBoolean());
        security.put("masked_paths", MASKED);
        security.put("readonly_paths", READ_ONLY);
        security.put("seccomp", seccomp());
        security.put(
                "apparmor",
                Map.of("profile_type", asked.at("/appArmorProfile/type").asString()));
        return security;
    }

    private Map<String, Object> user(String user, String group) {
        return Map.of(
                user, Map.of("value", user()),
                group, Map.of("value", pod.at("/securityContext/runAsGroup").asInt()));
    }

    private Map<String, Object> namespaces() {
        return Map.of(
                "network", pod.path("hostNetwork").asBoolean() ? "NODE" : "POD",
                "pid", pod.path("hostPID").asBoolean() ? "NODE" : "CONTAINER",
                "ipc", pod.path("hostIPC").asBoolean() ? "NODE" : "POD");
    }

    private Map<String, Object> seccomp() {
        JsonNode profile = pod.at("/securityContext/seccompProfile");
        return Map.of(
                "profile_type", profile.path("type").asString(),
                "localhost_ref", profile.path("localhostProfile").asString());
    }

    /** By pkg/kubelet/cm/helpers_linux.go: a thousandth of a processor is 1024/1000 shares. */
    private Map<String, Object> resources() {
        JsonNode asked = container().path("resources");
        return Map.of(
                "cpu_shares",
                quantity(asked.at("/requests/cpu").asString(), "m") * 1024 / 1000,
                "memory_limit_in_bytes",
                quantity(asked.at("/limits/memory").asString(), "Mi") << 20);
    }

    private static long quantity(String text, String unit) {
        if (!text.endsWith(unit)) {
            throw new IllegalArgumentException(text + " is not in " + unit);
        }
        return Long.parseLong(text.substring(0, text.length() - unit.length()));
    }

    private List<Map<String, Object>> mounts(Path configuration) {
        List<Map<String, Object>> mounts = new ArrayList<>();
        container().path("volumeMounts").forEach(mount -> {
            JsonNode volume = volume(mount.path("name").asString());
            boolean grows = mount.path("mountPropagation").asString().equals("HostToContainer");
            mounts.add(Map.of(
                    "container_path",
                    mount.path("mountPath").asString(),
                    "host_path",
                    volume.has("configMap")
                            ? configuration.toString()
                            : volume.at("/hostPath/path").asString(),
                    "readonly",
                    mount.path("readOnly").asBoolean(),
                    "propagation",
                    grows ? "HOST_TO_CONTAINER" : "PRIVATE"));
        });
        return mounts;
    }

    private JsonNode volume(String name) {
        return pod.path("volumes")
                .valueStream()
                .filter(each -> each.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }
}
