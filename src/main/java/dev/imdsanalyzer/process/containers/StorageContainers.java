package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.process.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Containers of podman and CRI-O, which keep them in the same storage: {@code ROOT/DRIVER-containers}. Podman's names are in
 * its {@code containers.json}; containers.go of containers/storage. CRI-O's are annotations of the OCI bundle {@code
 * ID/userdata/config.json} in it; internal/annotations of CRI-O.
 */
final class StorageContainers {
    private static final List<String> FILES = List.of("containers.json", "volatile-containers.json");
    private static final List<String> ROOTS = List.of("/run/containers/storage", "/var/lib/containers/storage");
    private static final List<String> DRIVERS = List.of("overlay", "vfs", "btrfs", "zfs");

    private static final String CRIO = "io.kubernetes.cri-o.";
    private static final String KUBERNETES = "io.kubernetes.";
    private static final Map<String, Set<String>> WANTED = Map.of(
            "annotations",
            Set.of(
                    KUBERNETES + "container.name",
                    KUBERNETES + "pod.name",
                    KUBERNETES + "pod.namespace",
                    KUBERNETES + "pod.uid",
                    CRIO + "ContainerType",
                    CRIO + "Image",
                    CRIO + "ImageName"));
    private static final Map<String, Set<String>> METADATA = Map.of("", Set.of("image-name", "name"));

    private final HostFolders folders;
    private final List<String> roots;

    /** @param more root folders of the configuration */
    StorageContainers(HostFolders folders, List<String> more) {
        this.folders = folders;
        this.roots =
                java.util.stream.Stream.concat(more.stream(), ROOTS.stream()).toList();
    }

    /** Where root's podman and CRI-O keep what a container has while it runs. */
    List<WatchedRoot> watchedRoots() {
        return roots.stream()
                .map(root -> new WatchedRoot(RuntimeLayout.STORAGE, root))
                .toList();
    }

    /** Where the podman of each user keeps the same: the session's folder, whose making systemd-logind or the user sees to. */
    static List<WatchedRoot> watchedUsers() {
        return List.of(new WatchedRoot(RuntimeLayout.USERS_STORAGE, "/run/user"));
    }

    /** A container in one of the usual folders of root's; null for none. */
    Workload find(String id) {
        for (String root : roots) {
            Workload workload = below(0, root, id);
            if (workload != null) {
                return workload;
            }
        }
        return null;
    }

    /**
     * A container of any driver's.
     *
     * @param owner whose storage it is
     * @param root of the storage
     * @return null for none
     */
    Workload below(long owner, String root, String id) {
        for (String driver : DRIVERS) {
            Workload workload = in(owner, root + "/" + driver + "-containers", id);
            if (workload != null) {
                return workload;
            }
        }
        return null;
    }

    /**
     * The container.
     *
     * @param owner whose storage it is
     * @param storage {@code ROOT/DRIVER-containers}
     * @return null for none
     */
    Workload in(long owner, String storage, String id) {
        Workload crio = ofCrio(owner, storage, id);
        return crio != null ? crio : ofPodman(owner, storage, id);
    }

    private Workload ofCrio(long owner, String storage, String id) {
        Map<String, String> found = folders.read(
                owner, storage + "/" + id, "userdata/config.json", document -> JsonTexts.ofObject(document, WANTED));
        Texts texts = found == null ? null : new Texts(found, "annotations/");
        String podName = texts == null ? null : texts.get(KUBERNETES + "pod.name");
        if (podName == null) {
            return null;
        }
        boolean sandbox = "sandbox".equals(texts.get(CRIO + "ContainerType"));
        String container = sandbox ? null : texts.get(KUBERNETES + "container.name");
        ImageReference asked = ImageReference.of(texts.get(CRIO + "Image"));
        ImageReference image = asked.name() != null ? asked : ImageReference.of(texts.get(CRIO + "ImageName"));
        return new Workload(
                container,
                image.name(),
                image.tag(),
                new Workload.Pod(
                        texts.get(KUBERNETES + "pod.uid"), podName, texts.get(KUBERNETES + "pod.namespace"), container),
                null,
                null,
                null,
                sandbox);
    }

    private Workload ofPodman(long owner, String storage, String id) {
        Map<String, String> container = new HashMap<>();
        for (String file : FILES) {
            if (container.isEmpty()) {
                folders.read(owner, storage, file, document -> {
                    JsonTexts.ofArray(document, List.of("id", "names", "metadata"), each -> {
                        if (id.equals(each.get("/id"))) {
                            container.putAll(each);
                        }
                        return container.isEmpty();
                    });
                    return container;
                });
            }
        }
        if (container.isEmpty()) {
            return null;
        }
        Map<String, String> metadata = JsonTexts.ofText(container.getOrDefault("/metadata", ""), METADATA);
        ImageReference image = ImageReference.of(new Texts(metadata, "/").get("image-name"));
        // After a rename only the storage's own name is right.
        String name = new Texts(container, "/").get("names");
        boolean infra = image.name() != null && image.name().endsWith("/podman-pause");
        return new Workload(
                name != null ? name : new Texts(metadata, "/").get("name"),
                image.name(),
                image.tag(),
                null,
                null,
                null,
                null,
                infra);
    }
}
