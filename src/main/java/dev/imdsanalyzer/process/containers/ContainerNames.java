package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.kernel.RootedFolder;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.ContainerNaming;
import dev.imdsanalyzer.process.RecentlyUsed;
import dev.imdsanalyzer.process.Workload;
import dev.imdsanalyzer.status.Counters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Names containers from their runtimes' files, at the first connect of each, as those of some are gone 40 ms after their
 * process. What was found is remembered by identifier, and looked at again after a while, as containers are renamed; what
 * was not is looked for again soon.
 *
 * <p>A user may make a control group with the name of any container. Names are looked for where root's runtime has made
 * the group, or where a process of a runtime is the caller's ancestor.
 */
public final class ContainerNames implements ContainerNaming, AutoCloseable {
    private static final int REMEMBERED = 2_000;
    private static final long REMEMBERED_BYTES = 2L << 20;
    private static final int OBJECTS = 256;

    /** So long a name is taken to be the same. */
    static final long FRESH_NANOS = 1_000_000_000L;

    /** So long what was not found is not looked for again. */
    static final long MISSED_NANOS = 200_000_000L;

    private record Key(String containerId, String podUid, long owner) {}

    private record Known(Found found, long nanos) {}

    /** @param runtime null where only the log folders told */
    private record Found(Workload workload, String runtime) {
        static final Found NOTHING = new Found(Workload.NONE, null);

        boolean isNothing() {
            return workload.equals(Workload.NONE);
        }
    }

    private final ProcFileSystem proc;
    private final LongSupplier nanoTime;
    private final HostFolders folders;
    private final UserFolders users;
    private final ContainerdBundles containerd;
    private final DockerContainers docker;
    private final StorageContainers storage;
    private final PodLogs logs;
    private final StartedContainers started = new StartedContainers();
    /** Empty where none was asked for, or the kernel has none: root's, then users'. */
    private final List<ContainerWatch> watches = new ArrayList<>();

    private final RecentlyUsed<Key, Known> known = new RecentlyUsed<>(
            REMEMBERED,
            REMEMBERED_BYTES,
            (key, value) -> OBJECTS + value.found().workload().weight());

    /**
     * Looks at the files of this host.
     *
     * @param runtimeFolders where runtimes that are set up in another way keep their files: containerd's state, Docker's
     *     data, podman's and CRI-O's storage
     * @throws KernelException when /proc cannot be opened
     */
    public ContainerNames(List<String> runtimeFolders) throws KernelException {
        this(new ProcFileSystem(), RootedFolder.hostsRoot(), runtimeFolders, System::nanoTime);
    }

    ProcFileSystem proc() {
        return proc;
    }

    HostFolders folders() {
        return folders;
    }

    /**
     * Begins to read of each container of root's while it is made: without, one that lives for one request may be gone
     * before anything of it is read.
     *
     * @return what is lacking for it, one sentence; null if nothing is
     */
    public synchronized String watch(Counters counters) {
        List<WatchedRoot> roots = new ArrayList<>(containerd.roots());
        roots.addAll(storage.watchedRoots());
        try {
            watches.add(new ContainerWatch("container-watch", folders, roots, reading(), counters));
            // Apart, so that no user's flood hides what root's runtimes make.
            watches.add(new ContainerWatch(
                    "users-containers", folders, StorageContainers.watchedUsers(), reading(), counters));
            return null;
        } catch (KernelException e) {
            return "new containers are not watched, so that one that lives for one request may have no name: "
                    + e.getMessage();
        }
    }

    private ContainerReading reading() {
        return new ContainerReading(folders, containerd, docker, storage, users, started);
    }

    /** Reads a container of each kind as if it had just been made. */
    void rehearseWatch() {
        ContainerReading reading = reading();
        String id = "/" + "0".repeat(64);
        for (String namespace : List.of("/k8s.io", ContainerdBundles.DOCKER)) {
            reading.look(RuntimeLayout.CONTAINERD, 0, containerd.roots().get(0).path() + namespace + id);
        }
        reading.look(RuntimeLayout.STORAGE, 0, "/run" + id + "/userdata");
        reading.entered(RuntimeLayout.USERS_STORAGE, 1, "/run" + id + "/userdata", "pidfile");
    }

    /** Waits, for a bounded time, until what is there was read and nothing that comes is missed. */
    public void awaitWatch(long millis) throws InterruptedException {
        for (ContainerWatch watch : watching()) {
            watch.awaitBegin(millis);
        }
    }

    private synchronized List<ContainerWatch> watching() {
        return List.copyOf(watches);
    }

    ContainerNames(ProcFileSystem proc, String hostRoot, List<String> runtimeFolders, LongSupplier nanoTime) {
        this(proc, new HostFolders(hostRoot, nanoTime), runtimeFolders, nanoTime);
    }

    ContainerNames(ProcFileSystem proc, HostFolders folders, List<String> runtimeFolders, LongSupplier nanoTime) {
        this.proc = proc;
        this.nanoTime = nanoTime;
        this.folders = folders;
        this.users = new UserFolders(folders);
        this.containerd = new ContainerdBundles(folders, runtimeFolders);
        this.docker = new DockerContainers(folders, runtimeFolders);
        this.storage = new StorageContainers(folders, runtimeFolders);
        this.logs = new PodLogs(folders);
    }

    @Override
    public synchronized Caller placed(Caller caller, long usersOwner) {
        if (caller.containerId() != null) {
            return caller;
        }
        StartedContainers.Started known = started.of(caller, usersOwner);
        if (known != null) {
            return placed(caller, known);
        }
        ParentRuntime parent = ParentRuntime.find(proc, caller.ancestors());
        if (parent == null) {
            return caller;
        }
        CallerBuilder placed = new CallerBuilder(caller).groupOf(parent.owner(), false);
        if (!parent.isOfPod()) {
            return placed.container(parent.id(), runtime(parent)).build();
        }
        String id = containerd.idOf(parent.folder(), pids(caller));
        Workload sandbox = containerd.in(parent.folder(), parent.id());
        Workload.Pod pod = sandbox == null ? null : sandbox.pod();
        if (caller.podUid() == null && pod != null) {
            placed.pod(pod.uid(), null);
        }
        return placed.container(id, runtime(parent)).build();
    }

    /** Where its runtime has put the container, which alone can have started that process. */
    private static Caller placed(Caller caller, StartedContainers.Started known) {
        CallerBuilder placed = new CallerBuilder(caller)
                .groupOf(known.owner(), false)
                .container(known.id(), known.runtime())
                .workload(Workload.ofTask(known.group().ecsTaskId()));
        if (caller.podUid() == null) {
            placed.pod(known.group().podUid(), known.group().podQos());
        }
        return placed.build();
    }

    private static Set<Integer> pids(Caller caller) {
        Set<Integer> pids = new HashSet<>(Set.of(caller.pid()));
        caller.ancestors().forEach(ancestor -> pids.add(ancestor.pid()));
        return pids;
    }

    private static String runtime(ParentRuntime parent) {
        if (parent.kind() == ParentRuntime.Kind.SHIM) {
            return parent.isDocker() ? "docker" : "containerd";
        }
        return parent.isCriO() ? "cri-o" : "podman";
    }

    @Override
    public synchronized Caller named(Caller caller) {
        if (caller.containerId() == null && caller.podUid() == null) {
            return caller;
        }
        Key key = new Key(
                caller.containerId(), caller.podUid(), caller.provenance().containerOwner());
        Known before = known.get(key);
        long now = nanoTime.getAsLong();
        Found found;
        if (before != null && now - before.nanos() < (before.found().isNothing() ? MISSED_NANOS : FRESH_NANOS)) {
            found = before.found();
        } else {
            Found anew = shared(look(caller), key, before);
            found = anew.isNothing() && before != null ? before.found() : anew;
            known.put(key, new Known(found, now));
        }
        return found.isNothing() ? caller : withNames(caller, found);
    }

    /** The same that is kept already, where what was read is equal to it: most containers are called today as yesterday. */
    private Found shared(Found anew, Key key, Known before) {
        if (before != null && before.found().equals(anew)) {
            return before.found();
        }
        StartedContainers.Started made = started.get(key.owner(), key.containerId());
        boolean same = made != null && made.workload().equals(anew.workload());
        return same ? new Found(made.workload(), anew.runtime()) : anew;
    }

    private static Caller withNames(Caller caller, Found found) {
        CallerBuilder named = new CallerBuilder(caller)
                .workload(found.workload().within(caller.workload().taskId()));
        Workload.Pod pod = found.workload().pod();
        // Seen from inside a pod, a control group is without what is above it.
        if (caller.podUid() == null && pod != null && pod.uid() != null) {
            named.pod(pod.uid(), caller.podQos());
        }
        if (caller.containerRuntime() == null && caller.containerId() != null) {
            named.container(caller.containerId(), found.runtime());
        }
        return named.build();
    }

    private Found look(Caller caller) {
        String id = caller.containerId();
        String runtime = Objects.requireNonNullElse(caller.containerRuntime(), "");
        long owner = caller.provenance().containerOwner();
        if (runtime.equals("systemd-nspawn") || runtime.equals("lxc")) {
            return new Found(new Workload(Texts.clean(id), null, null, null, null, null, null, false), runtime);
        }
        Found found = owner == 0 && id != null ? inKnownFolders(runtime, id) : Found.NOTHING;
        if (found.isNothing() && owner == 0 && id != null) {
            found = ofStarted(0, id);
        }
        boolean proven = false;
        if (found.isNothing() && id != null) {
            ParentRuntime parent = ParentRuntime.find(proc, caller.ancestors());
            proven = parent != null && parent.owner() == Math.max(0, owner);
            found = proven ? ofParent(parent, id) : found;
        }
        if (found.isNothing() && id != null && owner > 0) {
            found = ofUser(owner, runtime, id);
            found = found.isNothing() ? ofStarted(owner, id) : found;
        }
        return owner == 0 || (owner < 0 && proven) ? withPod(found, caller) : found;
    }

    private Found ofStarted(long owner, String id) {
        StartedContainers.Started known = started.get(owner, id);
        return known == null ? Found.NOTHING : new Found(known.workload(), known.runtime());
    }

    /** A rootless runtime keeps its files in its user's home, and they are his words. */
    private Found ofUser(long user, String runtime, String id) {
        String data = users.data(user);
        Found found = Found.NOTHING;
        boolean any = runtime.isEmpty();
        if (data != null && (any || runtime.equals("docker"))) {
            found = found(docker.in(user, data + "/docker", id), "docker");
        }
        if (data != null && found.isNothing() && (any || runtime.equals("podman"))) {
            found = found(storage.below(user, data + UserFolders.STORAGE, id), "podman");
        }
        return found;
    }

    private Found ofParent(ParentRuntime parent, String id) {
        if (parent.kind() == ParentRuntime.Kind.SHIM) {
            return found(parent.isDocker() ? docker.find(id) : containerd.in(parent.folder(), id), runtime(parent));
        }
        if (!id.equals(parent.id())) {
            return Found.NOTHING;
        }
        Workload workload = storage.in(parent.owner(), parent.folder(), id);
        return found(workload != null ? workload : ofConmon(parent), runtime(parent));
    }

    /** What conmon was told: of CRI-O {@code k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT}, internal/factory/container of CRI-O. */
    private static Workload ofConmon(ParentRuntime conmon) {
        if (conmon.name() == null) {
            return null;
        }
        String[] parts = conmon.name().split("_", -1);
        if (!conmon.isCriO() || parts.length != 6) {
            return new Workload(conmon.name(), null, null, null, null, null, null, false);
        }
        boolean sandbox = parts[1].equals("POD");
        String container = sandbox ? null : parts[1];
        return new Workload(
                container,
                null,
                null,
                new Workload.Pod(parts[4], parts[2], parts[3], container),
                null,
                null,
                null,
                sandbox);
    }

    private Found inKnownFolders(String runtime, String id) {
        Found found = Found.NOTHING;
        boolean any = runtime.isEmpty();
        if (any || runtime.equals("containerd")) {
            found = found(containerd.find(id), "containerd");
        }
        if (found.isNothing() && (any || runtime.equals("docker") || runtime.equals("ecs"))) {
            found = found(docker.find(id), "docker");
        }
        if (found.isNothing() && (any || runtime.equals("podman") || runtime.equals("cri-o"))) {
            found = found(storage.find(id), runtime.equals("cri-o") ? "cri-o" : "podman");
        }
        return found;
    }

    private static Found found(Workload workload, String runtime) {
        return workload == null ? Found.NOTHING : new Found(workload, runtime);
    }

    /** The kubelet's folders know the pod where the runtime's file is gone, or has never named it. */
    private Found withPod(Found found, Caller caller) {
        Workload named = found.workload();
        boolean maybe = caller.podUid() != null || (found.isNothing() && caller.containerRuntime() == null);
        Workload.Pod pod = named.pod() == null && maybe ? logs.find(caller.podUid(), caller.containerId()) : null;
        if (pod == null) {
            return found;
        }
        return new Found(
                new Workload(
                        named.name() != null ? named.name() : pod.container(),
                        named.image(),
                        named.tag(),
                        pod,
                        named.task(),
                        named.project(),
                        named.service(),
                        named.sandbox()),
                found.runtime());
    }

    @Override
    public void close() {
        watching().forEach(ContainerWatch::close);
        proc.close();
    }
}
