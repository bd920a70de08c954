package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.process.Workload;
import dev.imdsanalyzer.process.containers.StartedContainers.Started;
import dev.imdsanalyzer.process.proc.CgroupPath;

/** What is read of a container while its runtime makes it: names, control group, and the numbers of its processes. */
final class ContainerReading {
    private static final String CONFIGURATION = "config.json";
    private static final CgroupPath NO_GROUP = CgroupPath.parse(null);

    private final HostFolders folders;
    private final ContainerdBundles containerd;
    private final DockerContainers docker;
    private final StorageContainers storage;
    private final UserFolders users;
    private final StartedContainers started;

    ContainerReading(
            HostFolders folders,
            ContainerdBundles containerd,
            DockerContainers docker,
            StorageContainers storage,
            UserFolders users,
            StartedContainers started) {
        this.folders = folders;
        this.containerd = containerd;
        this.docker = docker;
        this.storage = storage;
        this.users = users;
        this.started = started;
    }

    /**
     * Reads what is there already of the container with that folder, which is its owner's. The number first: where there is one,
     * the configuration was written before it.
     */
    void look(RuntimeLayout layout, long owner, String folder) {
        HostFolders.WrittenPid written = folders.pid(owner, folder, layout.pidFile());
        names(layout, owner, folder);
        process(layout, owner, folder, written);
    }

    /** A file is there now, whole. */
    void entered(RuntimeLayout layout, long owner, String folder, String file) {
        boolean isPid = layout.isPidFile(file);
        if (isPid || file.equals(CONFIGURATION)) {
            Started known = started.get(owner, id(layout, folder));
            if (known == null || !known.hasNames()) {
                names(layout, owner, folder);
            }
        }
        if (isPid) {
            process(layout, owner, folder, folders.pid(owner, folder, file));
        }
    }

    private void process(RuntimeLayout layout, long owner, String folder, HostFolders.WrittenPid written) {
        if (written != null) {
            started.put(owner, written.pid(), ProcessReader.asStartNanos(written.nanos()), id(layout, folder));
        }
    }

    private void names(RuntimeLayout layout, long owner, String folder) {
        String id = id(layout, folder);
        Started read = switch (layout) {
            case CONTAINERD -> ofContainerd(parent(folder), id);
            case STORAGE -> ofStorage(0, storage.find(id), id);
            case USERS_STORAGE -> ofStorage(owner, ofUser(owner, id), id);
        };
        if (read != null) {
            started.put(read);
        }
    }

    private Workload ofUser(long user, String id) {
        String data = users.data(user);
        return data == null ? null : storage.below(user, data + UserFolders.STORAGE, id);
    }

    private Started ofContainerd(String namespaceFolder, String id) {
        ContainerdBundles.Bundle bundle = containerd.bundle(namespaceFolder, id);
        if (bundle == null) {
            return null;
        }
        boolean isDocker = namespaceFolder.endsWith(ContainerdBundles.DOCKER);
        Workload dockers = isDocker ? docker.find(id) : null;
        String usual = isDocker ? "docker" : "containerd";
        String runtime = bundle.group().containerRuntime();
        return new Started(
                0,
                id,
                runtime == null ? usual : runtime,
                bundle.group(),
                isDocker ? (dockers == null ? Workload.NONE : dockers) : bundle.workload());
    }

    private static Started ofStorage(long owner, Workload workload, String id) {
        String runtime = workload != null && workload.pod() != null ? "cri-o" : "podman";
        return workload == null ? null : new Started(owner, id, runtime, NO_GROUP, workload);
    }

    private static String id(RuntimeLayout layout, String folder) {
        return name(layout == RuntimeLayout.CONTAINERD ? folder : parent(folder));
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
