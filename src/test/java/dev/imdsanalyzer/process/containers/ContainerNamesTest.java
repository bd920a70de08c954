package dev.imdsanalyzer.process.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names from the files of each runtime, which are written here as their sources describe them. */
@Tag("root")
class ContainerNamesTest {
    private static final String ID = RuntimeFiles.ID;
    private static final String POD_UID = RuntimeFiles.POD_UID;
    private static final String CRI = "\"io.kubernetes.cri.";
    private static final String CHECKOUT = CRI + "container-type\":\"container\"," + CRI + "container-name\":\"web\","
            + CRI + "image-name\":\"registry.example.com:5000/shop/web:7\"," + CRI + "sandbox-id\":\""
            + RuntimeFiles.SANDBOX + "\"";
    private static final String POD = "," + CRI + "sandbox-name\":\"checkout-7d4f9-x2kqp\"," + CRI
            + "sandbox-namespace\":\"shop\"," + CRI + "sandbox-uid\":\"" + POD_UID + "\"";

    private RuntimeFiles host;

    @BeforeEach
    void resolveRoot(@TempDir Path temporary) throws IOException {
        host = new RuntimeFiles(temporary.toRealPath());
    }

    @AfterEach
    void close() {
        host.names.close();
    }

    private Workload named(String id, String runtime, String podUid) {
        return host.names.named(RuntimeFiles.caller(id, runtime, podUid)).workload();
    }

    private static Workload.Pod pod(String container) {
        return new Workload.Pod(POD_UID, "checkout-7d4f9-x2kqp", "shop", container);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run/containerd", "run/k3s/containerd", "run/host-containerd", "srv/runtime"})
    void namesContainersOfContainerdWithCri(String state) throws IOException {
        host.bundle(state, "k8s.io", ID, CHECKOUT + POD);
        assertThat(named(ID, "containerd", POD_UID))
                .isEqualTo(new Workload(
                        "web", "registry.example.com:5000/shop/web", "7", pod("web"), null, null, null, false));
    }

    @Test
    void tellsASandbox() throws IOException {
        host.bundle(
                "run/containerd",
                "k8s.io",
                ID,
                CRI + "container-type\":\"sandbox\"," + CRI + "podsandbox.image-name\":\"pause:3.9\"" + POD);
        assertThat(named(ID, "containerd", POD_UID))
                .isEqualTo(new Workload(null, "pause", "3.9", pod(null), null, null, null, true));
    }

    @Test
    void takesThePodOfOldBundlesFromTheirSandboxesLogFolder() throws IOException {
        host.bundle("run/containerd", "k8s.io", ID, CHECKOUT);
        host.bundle(
                "run/containerd",
                "k8s.io",
                RuntimeFiles.SANDBOX,
                CRI + "sandbox-log-directory\":\"/var/log/pods/shop_checkout-7d4f9-x2kqp_" + POD_UID + "\"");
        assertThat(named(ID, "containerd", POD_UID).pod()).isEqualTo(pod("web"));
    }

    @Test
    void namesContainersOfNerdctlAndCtr() throws IOException {
        host.bundle("run/containerd", "default", ID, "\"nerdctl/name\":\"shop-api\",\"nerdctl/namespace\":\"default\"");
        host.bundle("run/containerd", "default", "batch-job-1", "\"team\":\"billing\"");
        assertThat(named(ID, "containerd", null).name()).isEqualTo("shop-api");
        assertThat(named("batch-job-1", "containerd", null).name()).isEqualTo("batch-job-1");
    }

    private void docker(String root, String labels) throws IOException {
        host.write(
                root + "/containers/" + ID + "/config.v2.json",
                "{\"StreamConfig\":{},\"State\":{\"Running\":true,\"Pid\":4711},\"ID\":\"" + ID
                        + "\",\"Path\":\"/web\","
                        + "\"Args\":[\"--password\",\"hidden\"],\"Config\":{\"Hostname\":\"h\",\"Env\":[\"DB_PASSWORD=hidden\"],"
                        + "\"Image\":\"registry.example.com/shop/web:7\",\"Labels\":{" + labels
                        + "}},\"Image\":\"sha256:8e\","
                        + "\"Name\":\"/ecs-shop-7-web-c0ffee\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"var/lib/docker", "var/snap/docker/common/var-lib-docker", "var/lib/docker/100000.100000", "data"
            })
    void namesContainersOfDockerAndTheirTasks(String root) throws IOException {
        String ecs = "\"com.amazonaws.ecs.";
        docker(
                root,
                ecs + "cluster\":\"arn:aws:ecs:eu-west-1:111122223333:cluster/prod\"," + ecs
                        + "container-name\":\"web\","
                        + ecs + "task-definition-family\":\"shop\"," + ecs + "task-definition-version\":\"7\"," + ecs
                        + "task-arn\":\"arn:aws:ecs:eu-west-1:111122223333:task/prod/0123abcd\"");
        host.write("etc/docker/daemon.json", "{\"log-driver\":\"journald\",\"data-root\":\"/data\"}");
        Workload.Task task = new Workload.Task(
                "arn:aws:ecs:eu-west-1:111122223333:task/prod/0123abcd", "0123abcd", "shop", "7", "prod", "web");
        assertThat(named(ID, "ecs", null))
                .isEqualTo(new Workload(
                        "ecs-shop-7-web-c0ffee", "registry.example.com/shop/web", "7", null, task, null, null, false));
    }

    /** The daemon of user 1234, whose files are below his home; nobody else's are looked at. */
    @Test
    void namesContainersOfRootlessDocker() throws IOException {
        host.write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nada:x:1234:1234:Ada,,,:/home/ada:/bin/sh\n");
        docker("home/ada/.local/share/docker", "\"com.docker.compose.service\":\"front\"");
        Caller theirs = RuntimeFiles.caller(ID, "docker", null, 1234);
        assertThat(host.names.named(theirs).workload()).isEqualTo(Workload.NONE);
        Files.setAttribute(host.path("home/ada/.local/share/docker/containers/" + ID), "unix:uid", 1234);

        host.clock.addAndGet(ContainerNames.MISSED_NANOS + 1);
        Workload named = host.names.named(theirs).workload();
        assertThat(named.name()).isEqualTo("ecs-shop-7-web-c0ffee");
        assertThat(named.service()).isEqualTo("front");
        assertThat(host.names
                        .named(RuntimeFiles.caller(ID, "docker", null, 4321))
                        .workload())
                .isEqualTo(Workload.NONE);
    }

    /** What a container's control group says of its task stays where Docker's file is gone. */
    @Test
    void keepsTheTaskOfTheControlGroup() throws IOException {
        Caller caller = new CallerBuilder(RuntimeFiles.caller(ID, "ecs", null))
                .workload(Workload.ofTask("0123abcd"))
                .build();
        assertThat(host.names.named(caller).workload().taskId()).isEqualTo("0123abcd");
        docker("var/lib/docker", "\"a\":\"b\"");
        host.clock.addAndGet(ContainerNames.MISSED_NANOS + 1);
        Workload named = host.names.named(caller).workload();
        assertThat(named.taskId()).isEqualTo("0123abcd");
        assertThat(named.image()).isEqualTo("registry.example.com/shop/web");
    }

    @ParameterizedTest
    @ValueSource(strings = {"~internal~ecs~pause", "~internal~ecs~pause-web"})
    void tellsAPauseContainerOfEcs(String name) throws IOException {
        docker(
                "var/lib/docker",
                "\"com.amazonaws.ecs.task-definition-family\":\"shop\",\"com.amazonaws.ecs.container-name\":\"" + name
                        + "\"");
        assertThat(named(ID, "docker", null).sandbox()).isTrue();
    }

    @Test
    void namesProjectsOfComposeAndPodsOfCriDockerd() throws IOException {
        docker("var/lib/docker", "\"com.docker.compose.project\":\"shop\",\"com.docker.compose.service\":\"web\"");
        assertThat(named(ID, "docker", null)).returns("shop", Workload::project).returns("web", Workload::service);
        String pods = "\"io.kubernetes.pod.name\":\"checkout-7d4f9-x2kqp\",\"io.kubernetes.pod.namespace\":\"shop\","
                + "\"io.kubernetes.pod.uid\":\"" + POD_UID + "\",\"io.kubernetes.";
        docker("var/lib/docker", pods + "container.name\":\"web\",\"io.kubernetes.docker.type\":\"container\"");
        host.clock.addAndGet(ContainerNames.FRESH_NANOS);
        assertThat(named(ID, "docker", null)).returns("web", Workload::name).returns(pod("web"), Workload::pod);
        docker("var/lib/docker", pods + "container.name\":\"POD\",\"io.kubernetes.docker.type\":\"podsandbox\"");
        host.clock.addAndGet(ContainerNames.FRESH_NANOS);
        assertThat(named(ID, "docker", null)).returns(true, Workload::sandbox).returns(pod(null), Workload::pod);
    }

    @ParameterizedTest
    @ValueSource(strings = {"containers.json", "volatile-containers.json"})
    void namesContainersOfPodmanAsTheyWereRenamed(String file) throws IOException {
        String others = ("{\"id\":\"" + RuntimeFiles.SANDBOX + "\",\"names\":[\"other\"]},").repeat(50);
        host.write(
                "var/lib/containers/storage/overlay-containers/" + file,
                "[" + others + "{\"id\":\"" + ID
                        + "\",\"names\":[\"shop-api\",\"second\"],\"image\":\"ac52\",\"metadata\":"
                        + "\"{\\\"image-name\\\":\\\"localhost/shop/api:2\\\",\\\"name\\\":\\\"before\\\"}\",\"flags\":{\"a\":[1]}}]");
        assertThat(named(ID, "podman", null))
                .isEqualTo(new Workload("shop-api", "localhost/shop/api", "2", null, null, null, null, false));
    }

    @Test
    void namesContainersOfCriO() throws IOException {
        host.write(
                "run/containers/storage/overlay-containers/" + ID + "/userdata/config.json",
                "{\"process\":{\"env\":[\"DB_PASSWORD=hidden\"]},\"annotations\":{\"io.kubernetes.container.name\":\"web\","
                        + "\"io.kubernetes.pod.name\":\"checkout-7d4f9-x2kqp\",\"io.kubernetes.pod.namespace\":\"shop\","
                        + "\"io.kubernetes.pod.uid\":\"" + POD_UID + "\",\"io.kubernetes.cri-o.Image\":\"" + ID + "\","
                        + "\"io.kubernetes.cri-o.ImageName\":\"quay.io/shop/web:7\",\"team.example.com/secret\":\"hidden\","
                        + "\"io.kubernetes.cri-o.ContainerType\":\"container\"}}");
        assertThat(named(ID, "cri-o", POD_UID))
                .isEqualTo(new Workload("web", "quay.io/shop/web", "7", pod("web"), null, null, null, false));
    }

    @Test
    void namesMachines() {
        assertThat(named("build-1", "systemd-nspawn", null).name()).isEqualTo("build-1");
    }

    @Test
    void tellsThePodOfACallerWhoseContainerIsLongGone() throws IOException {
        host.write("var/log/pods/shop_checkout-7d4f9-x2kqp_" + POD_UID + "/web/0.log", "");
        host.write("var/log/pods/shop_other_" + POD_UID.replace('4', '5') + "/web/0.log", "");
        assertThat(named(ID, "containerd", POD_UID))
                .isEqualTo(new Workload("web", null, null, pod("web"), null, null, null, false));
        // With a second container it is not certain which of them it was.
        Files.createDirectories(host.path("var/log/pods/shop_checkout-7d4f9-x2kqp_" + POD_UID + "/init"));
        assertThat(named(RuntimeFiles.SANDBOX, "containerd", POD_UID))
                .isEqualTo(new Workload(null, null, null, pod(null), null, null, null, false));
        Files.createDirectories(host.path("var/log/containers"));
        Files.createSymbolicLink(
                host.path("var/log/containers/checkout-7d4f9-x2kqp_shop_init-" + "b".repeat(64) + ".log"),
                Path.of("/none"));
        assertThat(named("b".repeat(64), "containerd", POD_UID).pod()).isEqualTo(pod("init"));
    }

    @Test
    void completesWhatAControlGroupSeenFromInsideAPodHasLost() throws IOException {
        host.bundle("run/containerd", "k8s.io", ID, CHECKOUT + POD);
        Caller named = host.names.named(RuntimeFiles.caller(ID, null, null));
        assertThat(named)
                .returns("containerd", Caller::containerRuntime)
                .returns(POD_UID, Caller::podUid)
                .returns(pod("web"), caller -> caller.workload().pod());
    }

    @Test
    void remembersAContainerThatIsGoneAndAMissOnlyShortly() throws IOException {
        assertThat(named(ID, "containerd", null)).isEqualTo(Workload.NONE);
        Path bundle = host.bundle("run/containerd", "k8s.io", ID, CHECKOUT + POD);
        assertThat(named(ID, "containerd", null)).isEqualTo(Workload.NONE);
        host.clock.addAndGet(ContainerNames.MISSED_NANOS);
        assertThat(named(ID, "containerd", null).name()).isEqualTo("web");
        Files.delete(bundle);
        host.clock.addAndGet(10 * ContainerNames.FRESH_NANOS);
        assertThat(named(ID, "containerd", null).name()).isEqualTo("web");
    }

    /** A control group may have any name where a user has made it, or where nobody knows who has. */
    @ParameterizedTest
    @ValueSource(longs = {1000, -1})
    void lendsNoNameToAControlGroupThatRootHasNotMade(long owner) throws IOException {
        docker("var/lib/docker", "");
        host.write("var/log/pods/shop_checkout_" + POD_UID + "/web/0.log", "");
        Caller borrower = RuntimeFiles.caller(ID, "docker", POD_UID, owner);
        assertThat(host.names.named(borrower)).isSameAs(borrower);
    }

    @Test
    void asksForNothingOutsideContainers() {
        Caller caller = RuntimeFiles.caller(null, null, null);
        assertThat(host.names.named(caller)).isSameAs(caller);
    }

    /** Labels that somebody else has set may lack what the control group says. */
    @Test
    void takesTheTaskFromTheControlGroupWhereLabelsNameItInPart() throws IOException {
        docker("var/lib/docker", "\"com.amazonaws.ecs.task-definition-family\":\"shop\"");
        Caller caller = new CallerBuilder(RuntimeFiles.caller(ID, "ecs", null))
                .workload(Workload.ofTask("0123abcd"))
                .build();
        Workload.Task task = host.names.named(caller).workload().task();
        assertThat(task.id()).isEqualTo("0123abcd");
        assertThat(task.family()).isEqualTo("shop");
    }
}
