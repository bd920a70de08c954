package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.process.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Docker's own files: {@code ROOT/containers/ID/config.v2.json}; daemon/container/container.go of Moby. ECS, Compose and
 * cri-dockerd tell what a container is part of in its labels.
 */
final class DockerContainers {
    private static final String ECS = "com.amazonaws.ecs.";
    private static final String COMPOSE = "com.docker.compose.";
    private static final String KUBERNETES = "io.kubernetes.";
    private static final Map<String, Set<String>> WANTED = Map.of(
            "",
            Set.of("Name"),
            "Config",
            Set.of("Image"),
            "Config/Labels",
            Set.of(
                    ECS + "cluster",
                    ECS + "container-name",
                    ECS + "task-arn",
                    ECS + "task-definition-family",
                    ECS + "task-definition-version",
                    COMPOSE + "project",
                    COMPOSE + "service",
                    KUBERNETES + "pod.name",
                    KUBERNETES + "pod.namespace",
                    KUBERNETES + "pod.uid",
                    KUBERNETES + "container.name",
                    KUBERNETES + "docker.type"));

    private static final List<String> ROOTS = List.of("/var/lib/docker", "/var/snap/docker/common/var-lib-docker");

    /** Of a daemon that maps users: its root for them is UID.GID. */
    private static final Pattern MAPPED = Pattern.compile("[0-9]{1,10}\\.[0-9]{1,10}");

    private static final String PAUSE = "~internal~ecs~pause";

    private final HostFolders folders;
    private final List<String> more;

    /** @param more root folders of the configuration */
    DockerContainers(HostFolders folders, List<String> more) {
        this.folders = folders;
        this.more = List.copyOf(more);
    }

    /** Null for none. */
    Workload find(String id) {
        List<String> roots = new ArrayList<>(more);
        Map<String, String> daemon = folders.read(
                0,
                "/etc/docker",
                "daemon.json",
                document -> JsonTexts.ofObject(document, Map.of("", Set.of("data-root"))));
        if (daemon != null && daemon.containsKey("/data-root")) {
            roots.add(daemon.get("/data-root"));
        }
        roots.addAll(ROOTS);
        for (String root : roots) {
            Workload workload = in(0, root, id);
            if (workload != null) {
                return workload;
            }
            for (String mapped :
                    folders.names(0, root, name -> MAPPED.matcher(name).matches())) {
                workload = in(0, root + "/" + mapped, id);
                if (workload != null) {
                    return workload;
                }
            }
        }
        return null;
    }

    /**
     * The container.
     *
     * @param owner whose daemon it is
     * @param root of the daemon's files
     * @return null for none
     */
    Workload in(long owner, String root, String id) {
        Map<String, String> found = folders.read(
                owner, root + "/containers/" + id, "config.v2.json", document -> JsonTexts.ofObject(document, WANTED));
        return found == null ? null : workload(found);
    }

    private static Workload workload(Map<String, String> found) {
        Texts labels = new Texts(found, "Config/Labels/");
        ImageReference image = ImageReference.of(new Texts(found, "Config/").get("Image"));
        String name = new Texts(found, "/").get("Name");
        if (name != null && name.startsWith("/")) {
            name = name.substring(1);
        }
        Workload.Task task = task(labels);
        Workload.Pod pod = pod(labels);
        String type = labels.get(KUBERNETES + "docker.type");
        boolean sandbox = "sandbox".equals(type)
                || "podsandbox".equals(type)
                || (task != null && task.container() != null && task.container().startsWith(PAUSE));
        return new Workload(
                pod != null && pod.container() != null ? pod.container() : name,
                image.name(),
                image.tag(),
                pod,
                task,
                labels.get(COMPOSE + "project"),
                labels.get(COMPOSE + "service"),
                sandbox);
    }

    private static Workload.Task task(Texts labels) {
        String arn = labels.get(ECS + "task-arn");
        String family = labels.get(ECS + "task-definition-family");
        if (arn == null && family == null) {
            return null;
        }
        String cluster = labels.get(ECS + "cluster");
        return new Workload.Task(
                arn,
                lastPart(arn),
                family,
                labels.get(ECS + "task-definition-version"),
                lastPart(cluster),
                labels.get(ECS + "container-name"));
    }

    /** Of an ARN its resource's name. */
    private static String lastPart(String arn) {
        return arn == null ? null : arn.substring(arn.lastIndexOf('/') + 1);
    }

    private static Workload.Pod pod(Texts labels) {
        String name = labels.get(KUBERNETES + "pod.name");
        String container = labels.get(KUBERNETES + "container.name");
        boolean pause = "POD".equals(container);
        return name == null
                ? null
                : new Workload.Pod(
                        labels.get(KUBERNETES + "pod.uid"),
                        name,
                        labels.get(KUBERNETES + "pod.namespace"),
                        pause ? null : container);
    }
}
