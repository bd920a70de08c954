package dev.imdsanalyzer.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What {@code kubectl apply -k packaging/kubernetes} sets up: no member that Kubernetes does not know, and the least of each. */
class KubernetesManifestsTest {
    private static final Path FOLDER = Path.of("packaging/kubernetes");
    /** The types are written for Jackson 2; the YAML is read by ours, and goes over as JSON. */
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final YAMLMapper YAML = new YAMLMapper();

    static Stream<Path> manifests() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void hasNoMemberThatKubernetesDoesNotKnow(Path file) throws IOException {
        JsonNode manifest = read(Files.readString(file));
        switch (manifest.path("kind").asString("")) {
            case "DaemonSet" ->
                assertThat(unknownMembers(manifest, DaemonSet.class)).isEmpty();
            case "Namespace" ->
                assertThat(unknownMembers(manifest, Namespace.class)).isEmpty();
            case "Kustomization" -> assertEachFileExists(file, manifest);
            default -> assertThat(file).hasFileName("config.yaml");
        }
    }

    @Test
    void memberThatKubernetesDoesNotKnowIsFound() throws IOException {
        JsonNode manifest = read("{kind: DaemonSet, spec: {template: {spec: {hostPid: true}}}}");

        assertThat(unknownMembers(manifest, DaemonSet.class)).containsExactly("/spec/template/spec/hostPid");
    }

    /** What the API server gets, by kubectl's own kustomize: known members, one name for the ConfigMap, the overlay's changes. */
    @ParameterizedTest
    @ValueSource(strings = {"", "overlays/bottlerocket", "overlays/fluent-bit"})
    void kustomizeBuildsItAndKubernetesKnowsAllOfIt(String overlay) throws Exception {
        String built = kustomize(FOLDER.resolve(overlay));
        List<String> configMaps = new ArrayList<>();
        DaemonSet daemonSet = null;
        for (String document : built.split("(?m)^---$", -1)) {
            JsonNode manifest = read(document);
            Class<?> type = Map.of(
                            "DaemonSet", DaemonSet.class, "Namespace", Namespace.class, "ConfigMap", ConfigMap.class)
                    .get(manifest.path("kind").asString(""));
            assertThat(unknownMembers(manifest, type)).isEmpty();
            if (type == DaemonSet.class) {
                daemonSet = JSON.treeToValue(manifest, DaemonSet.class);
            } else if (type == ConfigMap.class) {
                configMaps.add(manifest.at("/metadata/name").asString(""));
            }
            if (type != Namespace.class) {
                assertThat(manifest.at("/metadata/namespace").asString("")).isEqualTo("imds-packet-analyzer");
            }
        }

        PodSpec pod = daemonSet.getSpec().getTemplate().getSpec();
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getConfigMap() != null)
                .singleElement()
                .satisfies(volume ->
                        assertThat(configMaps).contains(volume.getConfigMap().getName()));
        boolean appArmor = pod.getContainers().get(0).getSecurityContext().getAppArmorProfile() != null;
        assertThat(appArmor).isNotEqualTo(overlay.endsWith("bottlerocket"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "overlays/bottlerocket", "overlays/fluent-bit"})
    void whereTheRegistryHasTheImageIsSaidOnce(String overlay, @TempDir Path copy) throws Exception {
        for (Path file : manifests().toList()) {
            Path to = copy.resolve(FOLDER.relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.writeString(
                    to, Files.readString(file).replace("newName: localhost/", "newName: registry.example.com/"));
        }
        Files.copy(
                FOLDER.resolve("overlays/fluent-bit/imds-packet-analyzer.conf"),
                copy.resolve("overlays/fluent-bit/imds-packet-analyzer.conf"));

        assertThat(kustomize(copy.resolve(overlay)))
                .contains("image: registry.example.com/imds-packet-analyzer:0.1.0")
                .doesNotContain("localhost/");
    }

    private static String kustomize(Path folder) throws Exception {
        Process kubectl;
        try {
            kubectl = new ProcessBuilder("kubectl", "kustomize", folder.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException missing) {
            return Assumptions.abort("kubectl is not on this machine");
        }
        String built = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(kubectl.waitFor()).as(built).isZero();
        return built;
    }

    @Test
    void podHasTheLeastOfEach() throws IOException {
        PodSpec pod = daemonSet().getSpec().getTemplate().getSpec();
        Container container = pod.getContainers().get(0);
        SecurityContext security = container.getSecurityContext();

        assertThat(pod.getContainers()).hasSize(1);
        assertThat(pod.getInitContainers()).isNullOrEmpty();
        assertThat(pod.getHostPID()).isTrue();
        assertThat(pod.getHostNetwork()).isTrue();
        assertThat(pod.getHostIPC()).isNull();
        assertThat(pod.getHostUsers()).isNull();
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getTolerations())
                .singleElement()
                .satisfies(each -> assertThat(each.getOperator()).isEqualTo("Exists"));
        assertThat(security.getPrivileged()).isFalse();
        assertThat(security.getAllowPrivilegeEscalation()).isFalse();
        assertThat(security.getReadOnlyRootFilesystem()).isTrue();
        assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(security.getCapabilities().getAdd())
                .containsExactlyInAnyOrder("NET_RAW", "BPF", "PERFMON", "DAC_READ_SEARCH", "SYS_PTRACE");
        assertThat(container.getVolumeMounts())
                .allSatisfy(mount ->
                        assertThat(mount.getReadOnly()).as(mount.getMountPath()).isTrue());
        assertThat(container.getResources().getLimits()).containsKey("memory");
    }

    @Test
    void eachVolumeIsMountedAndEachMountHasAVolume() throws IOException {
        PodSpec pod = daemonSet().getSpec().getTemplate().getSpec();

        assertThat(pod.getVolumes().stream().map(volume -> volume.getName()))
                .containsExactlyInAnyOrderElementsOf(pod.getContainers().get(0).getVolumeMounts().stream()
                        .map(VolumeMount::getName)
                        .toList());
    }

    @Test
    void namespaceAllowsWhatThePodNeeds() throws IOException {
        Namespace namespace =
                JSON.treeToValue(read(Files.readString(FOLDER.resolve("base/namespace.yaml"))), Namespace.class);

        assertThat(namespace.getMetadata().getLabels())
                .containsEntry("pod-security.kubernetes.io/enforce", "privileged");
    }

    private static JsonNode read(String yaml) throws IOException {
        return JSON.readTree(YAML.readTree(yaml).toString());
    }

    private static DaemonSet daemonSet() throws IOException {
        return JSON.treeToValue(read(Files.readString(FOLDER.resolve("base/daemonset.yaml"))), DaemonSet.class);
    }

    private static void assertEachFileExists(Path file, JsonNode kustomization) {
        List<String> named = new ArrayList<>();
        kustomization.path("resources").forEach(each -> named.add(each.asString("")));
        kustomization
                .path("patches")
                .forEach(each -> named.add(each.path("path").asString("")));
        kustomization
                .path("configMapGenerator")
                .forEach(map -> map.path("files").forEach(each -> named.add(each.asString(""))));
        assertThat(named)
                .isNotEmpty()
                .allSatisfy(each -> assertThat(file.resolveSibling(each)).exists());
    }

    /** Those that do not come back from the type: what it does not know it keeps apart, and nulls are patches. */
    private static List<String> unknownMembers(JsonNode manifest, Class<?> type) throws IOException {
        List<String> unknown = new ArrayList<>();
        JsonNode known = JSON.valueToTree(withoutAdditions(JSON.treeToValue(manifest, type)));
        collect("", manifest, known, unknown);
        return unknown;
    }

    /** Additional members are written beside the known ones; a copy by the known getters alone has none of them. */
    private static Object withoutAdditions(Object value) {
        AdditionalMembers.clear(value);
        return value;
    }

    private static void collect(String path, JsonNode given, JsonNode known, List<String> unknown) {
        if (given.isObject()) {
            given.properties().forEach(member -> {
                JsonNode twin = known.get(member.getKey());
                if (member.getValue().isNull() || (twin == null && isEmpty(member.getValue()))) {
                    return;
                }
                if (twin == null) {
                    unknown.add(path + "/" + member.getKey());
                } else {
                    collect(path + "/" + member.getKey(), member.getValue(), twin, unknown);
                }
            });
        } else if (given.isArray()) {
            for (int i = 0; i < given.size(); i++) {
                collect(path + "/" + i, given.get(i), known.path(i), unknown);
            }
        }
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isContainer() && value.isEmpty();
    }
}
