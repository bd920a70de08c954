package dev.imdsanalyzer.process.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.status.WallClock;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers that are gone, with their processes, before anybody asks for them; an ordinary user's files name none. */
@Tag("root")
@Timeout(180)
class ContainerWatchTest {
    private static final String ID = RuntimeFiles.ID;
    private static final String TASK = "0123456789abcdef0123456789abcdef";
    private static final String TASKS = "run/containerd/io.containerd.runtime.v2.task/";
    private static final String MOBY = "run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/";
    private static final String CRI = "\"io.kubernetes.cri.";
    private static final String WEB = CRI + "container-name\":\"web\"," + CRI + "sandbox-name\":\"checkout-x2kqp\","
            + CRI + "sandbox-namespace\":\"shop\"," + CRI + "image-name\":\"registry.example.com/shop/web:7\"";

    /** Above any that the kernel gives, so that nobody has it. */
    private static final int PID = 5_000_000;

    private static final int CHILD = PID + 1;

    private final Counters counters = new Counters();
    private RuntimeFiles host;
    /** Before any process's number was written down. */
    private long begun;

    @BeforeEach
    void resolveRoot(@TempDir Path temporary) throws IOException {
        host = new RuntimeFiles(temporary.toRealPath());
        begun = now();
    }

    @AfterEach
    void close() {
        host.names.close();
        assertThat(counters.get(Counter.INTERNAL_ERRORS)).isZero();
    }

    private void watch() throws InterruptedException {
        assertThat(host.names.watch(counters)).isNull();
        host.names.awaitWatch(30_000);
    }

    private static long now() {
        return ProcessReader.asStartNanos(WallClock.nanos());
    }

    /** As the kernel's record tells a process that nobody could read any more. */
    private static Caller gone(int pid, long startNanos, Ancestor... ancestors) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(pid)
                .startNanos(startNanos)
                .ancestors(List.of(ancestors))
                .build();
    }

    private void bundle(String folder, String annotations, String group) throws IOException {
        host.write(
                folder + "/config.json",
                "{\"process\":{\"env\":[\"DB_PASSWORD=hidden\"]},\"annotations\":{" + annotations
                        + "},\"linux\":{\"cgroupsPath\":\"" + group + "\"}}");
    }

    /** As runc does: under another name first. */
    private void pid(String folder, String file, int pid) throws IOException {
        Path written = host.write(folder + "/." + file, Integer.toString(pid));
        Files.move(written, host.path(folder + "/" + file), StandardCopyOption.ATOMIC_MOVE);
    }

    private void remove(String folder) throws IOException {
        Files.walkFileTree(host.path(folder), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Named as soon as the watch has read it. */
    private Caller named(Caller caller) {
        return named(caller, -1);
    }

    private Caller named(Caller caller, long usersOwner) {
        Caller placed = host.names.placed(caller, usersOwner);
        while (placed.containerId() == null) {
            if (Thread.interrupted()) {
                throw new AssertionError("not noticed: " + caller);
            }
            Thread.onSpinWait();
            placed = host.names.placed(caller, usersOwner);
        }
        return host.names.named(placed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/kubepods/burstable/pod" + RuntimeFiles.POD_UID + "/ID",
                "kubepods-burstable-pod4f1d2c3b_5a69_4788_9d0e_1b2c3d4e5f60.slice:cri-containerd:ID"
            })
    void namesAPodsContainerThatIsGone(String group) throws IOException, InterruptedException {
        watch();
        long start = begun;
        bundle(TASKS + "k8s.io/" + ID, WEB, group.replace("ID", ID));
        pid(TASKS + "k8s.io/" + ID, "init.pid", PID);
        Caller seen = named(gone(PID, start));
        remove(TASKS + "k8s.io/" + ID);
        Caller caller = named(gone(CHILD, now(), new Ancestor(PID, "sh", null, null, null, start)));
        assertThat(caller.containerId()).isEqualTo(seen.containerId()).isEqualTo(ID);
        assertThat(caller.containerRuntime()).isEqualTo("containerd");
        assertThat(caller.podUid()).isEqualTo(RuntimeFiles.POD_UID);
        assertThat(caller.podQos()).isEqualTo("burstable");
        assertThat(caller.provenance().provesContainer()).isTrue();
        assertThat(caller.workload().image()).isEqualTo("registry.example.com/shop/web");
        assertThat(caller.workload().pod().name()).isEqualTo("checkout-x2kqp");
    }

    @Test
    void namesATaskByItsControlGroupAlone() throws IOException, InterruptedException {
        watch();
        bundle(MOBY + ID, "", "/ecs/" + TASK + "/" + ID);
        pid(MOBY + ID, "init.pid", PID);
        Caller caller = named(gone(PID, begun));
        assertThat(caller.containerRuntime()).isEqualTo("ecs");
        assertThat(caller.workload().taskId()).isEqualTo(TASK);
    }

    @Test
    void namesAContainerOfDockerThatIsGone() throws IOException, InterruptedException {
        Path file = host.write(
                "var/lib/docker/containers/" + ID + "/config.v2.json",
                "{\"Config\":{\"Image\":\"shop/web:7\"},\"Name\":\"/shop-once\"}");
        watch();
        bundle(MOBY + ID, "", "/docker/" + ID);
        pid(MOBY + ID, "init.pid", PID);
        named(gone(PID, begun));
        Files.delete(file);
        remove(MOBY + ID);
        host.clock.addAndGet(10 * ContainerNames.FRESH_NANOS);
        // As where its control group could still be read.
        Caller caller = host.names.named(RuntimeFiles.caller(ID, "docker", null));
        assertThat(caller.workload().name()).isEqualTo("shop-once");
        assertThat(caller.workload().tag()).isEqualTo("7");
    }

    @Test
    void namesAContainerOfPodmanThatIsGone() throws IOException, InterruptedException {
        watch();
        Path all = host.write(
                "var/lib/containers/storage/vfs-containers/containers.json",
                "[{\"id\":\"" + ID
                        + "\",\"names\":[\"shop-api\"],\"metadata\":\"{\\\"image-name\\\":\\\"shop/api:2\\\"}\"}]");
        String folder = "run/containers/storage/vfs-containers/" + ID + "/userdata";
        host.write(folder + "/pidfile", Integer.toString(PID));
        named(gone(PID, begun));
        Files.writeString(all, "[]");
        remove("run/containers/storage/vfs-containers/" + ID);
        Caller caller = named(gone(PID, begun));
        assertThat(caller.containerRuntime()).isEqualTo("podman");
        assertThat(caller.workload().name()).isEqualTo("shop-api");
        assertThat(caller.workload().image()).isEqualTo("shop/api");
    }

    @Test
    void namesWhatIsExecutedLater() throws IOException, InterruptedException {
        bundle(TASKS + "default/" + ID, "\"nerdctl/name\":\"shop\"", "/default/" + ID);
        pid(TASKS + "default/" + ID, "init.pid", PID);
        watch();
        pid(TASKS + "default/" + ID, "9f8e.pid", CHILD);
        assertThat(named(gone(CHILD, begun)).workload().name()).isEqualTo("shop");
    }

    /** A runtime that is installed, removed and installed again while the program runs. */
    @Test
    void awaitsFoldersThatAreNotThereYet() throws IOException, InterruptedException {
        watch();
        for (int round = 0; round < 3; round++) {
            String id = Integer.toString(round).repeat(64);
            bundle(TASKS + "k8s.io/" + id, WEB, "/kubepods/" + id);
            pid(TASKS + "k8s.io/" + id, "init.pid", PID + round);
            assertThat(named(gone(PID + round, begun)).containerId()).isEqualTo(id);
            remove("run/containerd");
        }
    }

    @Test
    void takesNoOtherProcessWithTheSameNumberForIt() throws IOException, InterruptedException {
        watch();
        bundle(TASKS + "k8s.io/" + ID, WEB, "/kubepods/" + ID);
        pid(TASKS + "k8s.io/" + ID, "init.pid", PID);
        named(gone(PID, begun));
        long later = now() + 2 * StartedContainers.ROUNDING_NANOS;
        long earlier = now() - 2 * StartedContainers.START_NANOS;
        for (long start : new long[] {later, earlier, 0}) {
            assertThat(host.names.placed(gone(PID, start), -1).containerId()).isNull();
            Ancestor ancestor = new Ancestor(PID, "sh", null, null, null, start);
            assertThat(host.names.placed(gone(CHILD, now(), ancestor), -1).containerId())
                    .isNull();
        }
    }

    /** Only root's runtimes count: a user who may write somewhere below is not one. */
    @Test
    void takesNothingFromFoldersOfOthers() throws IOException, InterruptedException {
        bundle(TASKS + "k8s.io/" + ID, WEB, "/kubepods/" + ID);
        pid(TASKS + "k8s.io/" + ID, "init.pid", PID);
        Files.setAttribute(host.path(TASKS + "k8s.io/" + ID), "unix:uid", 1234);
        watch();
        assertThat(host.names.placed(gone(PID, begun), -1).containerId()).isNull();
    }

    @Test
    void isBoundedInContainers() throws IOException, InterruptedException {
        watch();
        int many = 2_100;
        Caller first = gone(PID, begun);
        for (int i = 0; i < many; i++) {
            String id = "%064x".formatted(i);
            bundle(TASKS + "k8s.io/" + id, WEB, "/kubepods/" + id);
            begun = now();
            pid(TASKS + "k8s.io/" + id, "init.pid", PID + i);
        }
        String last = "%064x".formatted(many - 1);
        assertThat(named(gone(PID + many - 1, begun)).containerId()).isEqualTo(last);
        assertThat(host.names.placed(first, -1).containerId()).isNull();
    }

    private static final long USER = 1234;

    private static final String SESSION = "run/user/1234/containers/vfs-containers/" + ID + "/userdata";

    /** Whatever is below the path's start is that user's. */
    private void own(String path, long user) throws IOException {
        try (var files = Files.walk(host.path(path))) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:uid", (int) user);
            }
        }
    }

    private void usersPodman() throws IOException {
        host.write("etc/passwd", "shopper:x:1234:1234::/home/shopper:/bin/sh\n");
        host.write(
                "home/shopper/.local/share/containers/storage/vfs-containers/containers.json",
                "[{\"id\":\"" + ID
                        + "\",\"names\":[\"mine\"],\"metadata\":\"{\\\"image-name\\\":\\\"shop/api:2\\\"}\"}]");
        own("home/shopper", USER);
        host.write(SESSION + "/pidfile", Integer.toString(PID));
        own("run/user/1234", USER);
    }

    @Test
    void namesAUsersContainerThatIsGoneAsHis() throws IOException, InterruptedException {
        usersPodman();
        watch();
        Caller caller = named(gone(PID, begun), USER);
        remove("home/shopper");
        remove(SESSION);
        host.clock.addAndGet(10 * ContainerNames.FRESH_NANOS);
        caller = host.names.named(caller);
        assertThat(caller.provenance().containerOwner()).isEqualTo(USER);
        assertThat(caller.workload().name()).isEqualTo("mine");
        assertThat(caller.workload().image()).isEqualTo("shop/api");
    }

    /** His files may claim anybody's number. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 4321})
    void takesNobodyElsesProcessForOneInAUsersContainer(long usersOwner) throws IOException, InterruptedException {
        usersPodman();
        watch();
        named(gone(PID, begun), USER);
        assertThat(host.names.placed(gone(PID, begun), usersOwner).containerId())
                .isNull();
    }

    /** The same identifier and number in files of root's. */
    @Test
    void letsNoUserHideWhatRootsRuntimeHasMade() throws IOException, InterruptedException {
        bundle(TASKS + "k8s.io/" + ID, WEB, "/kubepods/" + ID);
        pid(TASKS + "k8s.io/" + ID, "init.pid", PID);
        usersPodman();
        watch();
        Caller caller = named(gone(PID, begun), USER);
        assertThat(caller.provenance().containerOwner()).isZero();
        assertThat(caller.workload().name()).isEqualTo("web");
    }

    @Test
    void watchesNoMoreOfAUsersFoldersThanHisShare() throws IOException, InterruptedException {
        usersPodman();
        for (int i = 0; i < 2 * UserShares.FOLDERS; i++) {
            Files.createDirectory(host.path("run/user/1234/containers/" + i + "-containers"));
        }
        own("run/user/1234", USER);
        watch();
        assertThat(counters.get(Counter.CONTAINERS_UNWATCHED)).isGreaterThanOrEqualTo(UserShares.FOLDERS);
        bundle(TASKS + "k8s.io/" + ID, WEB, "/kubepods/" + ID);
        pid(TASKS + "k8s.io/" + ID, "init.pid", PID);
        assertThat(named(gone(PID, begun)).workload().name()).isEqualTo("web");
    }
}
