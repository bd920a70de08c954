package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Containers of real runtimes, most of which live for one request, named by the analyzer as root and as the user that its
 * packages run it as.
 */
@LiveTest
class RuntimesIT {
    private static final String TARGET = "/latest/meta-data/ami-id?";
    private static final String SECRET = "hidden-5f0c9a77";
    private static final String POD_UID = "4f1d2c3b-5a69-4788-9d0e-1b2c3d4e5f60";
    private static final String CRI_UID = "5a2e3d4c-6b70-4899-ae1f-2c3d4e5f6071";
    private static final String TASK = "0123456789abcdef0123456789abcdef";
    private static final String NAMELESS = "b333".repeat(16);
    private static final String CRI = "--annotation=io.kubernetes.cri.";
    private static final Duration LOG_LIMIT = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static Topology topology;
    private static ImdsEmulator emulator;
    private static RuntimeHost host;
    private static final List<Analyzer> ANALYZERS = new ArrayList<>();

    @BeforeAll
    static void setScene() throws IOException {
        topology = Topology.create(0);
        emulator = ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl"));
        try {
            host = RuntimeHost.start(topology.host(), folder);
        } catch (RuntimeException | AssertionError failure) {
            Assumptions.assumeTrue("true".equals(System.getenv("CI")), () -> "no runtimes: " + failure.getMessage());
            throw failure;
        }
        Path asRoot = Files.createDirectory(folder.resolve("as-root"));
        Path asUser = OrdinaryUser.own(Files.createDirectory(folder.resolve("as-user")));
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        // One beside the runtimes, one that sees their host from elsewhere.
        String root = "host.root=" + host.root();
        ANALYZERS.add(Analyzer.startIn(host, asRoot, Map.of(), root));
        ANALYZERS.add(
                Analyzer.startIn(topology.host(), asUser, Map.of(Analyzer.RUN_AS, OrdinaryUser.without("")), root));
        // The first call of all takes a program longer than a container lives.
        ImdsScene.curl(topology.host(), url("first"));
        lines("first");
    }

    @AfterAll
    static void close() {
        ANALYZERS.forEach(Analyzer::close);
        if (host != null) {
            host.close();
        }
        if (emulator != null) {
            emulator.close();
        }
        if (topology != null) {
            topology.close();
        }
    }

    private static String url(String name) {
        return ImdsScene.url(TARGET + name);
    }

    private static String[] of(List<String> runtime, String... arguments) {
        List<String> command = new ArrayList<>(runtime);
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    private static String[] docker(String name, String... options) {
        List<String> command =
                new ArrayList<>(List.of("docker", "run", "--rm", "--network=host", "--env=DB_PASSWORD=" + SECRET));
        command.addAll(List.of(options));
        return of(command, RuntimeHost.IMAGE, "wget", "-q", "-O", "-", url(name));
    }

    private static String[] ctr(String container, String name) {
        return of(
                List.of("ctr", "run", "--rm", "--net-host", "--snapshotter=native", "--label=team=billing"),
                RuntimeHost.IMAGE,
                container,
                "wget",
                "-q",
                "-O",
                "-",
                url(name));
    }

    private static String[] podman(String name, String... options) {
        List<String> command = new ArrayList<>(RuntimeHost.PODMAN);
        command.add("run");
        command.addAll(RuntimeHost.PODMAN_RUN);
        command.addAll(List.of("--rm", "--env=DB_PASSWORD=" + SECRET));
        command.addAll(List.of(options));
        return of(command, RuntimeHost.IMAGE, "wget", "-q", "-O", "-", url(name));
    }

    /** The same container, a second longer. */
    private static String[] lasting(String... command) {
        List<String> longer = new ArrayList<>(List.of(command));
        int program = longer.indexOf("wget");
        List<String> call = longer.subList(program, longer.size());
        String script = String.join(" ", call) + "; sleep 1";
        call.clear();
        longer.addAll(List.of("sh", "-c", script));
        return longer.toArray(String[]::new);
    }

    /** What each analyzer says of the call. */
    private static List<LogLine> lines(String name) {
        List<LogLine> lines = new ArrayList<>();
        for (Analyzer analyzer : ANALYZERS) {
            Await.until(
                    "the call " + name + " is in the log",
                    LOG_LIMIT,
                    () -> line(analyzer, name).isPresent(),
                    analyzer::diagnostics);
            lines.add(line(analyzer, name).orElseThrow());
            assertThat(analyzer.lines()).noneMatch(line -> line.raw().contains(SECRET));
        }
        return lines;
    }

    private static Optional<LogLine> line(Analyzer analyzer, String name) {
        return analyzer.requests().stream()
                .filter(line -> line.target().equals(TARGET + name))
                .findFirst();
    }

    /** Each member is "field=value". */
    private static void assertNamed(String name, String... members) {
        assertThat(lines(name)).allSatisfy(line -> {
            for (String member : members) {
                int equals = member.indexOf('=');
                assertThat(line.text(member.substring(0, equals)))
                        .as(line.raw())
                        .contains(member.substring(equals + 1));
            }
        });
    }

    /** Started anew for it: nothing but its start has loaded what a container needs. The call's process is gone, the container not yet. */
    @ParameterizedTest
    @ValueSource(strings = {"docker", "ctr", "podman"})
    void namesTheFirstContainerOfAll(String runtime) throws IOException {
        Path own = Files.createDirectory(folder.resolve("first-" + runtime));
        String name = "first-of-" + runtime;
        try (Analyzer analyzer = Analyzer.startIn(host, own, Map.of())) {
            host.run(
                    switch (runtime) {
                        case "docker" -> lasting(docker(name, "--name=" + name));
                        case "ctr" -> lasting(ctr(name, name));
                        default -> lasting(podman(name, "--name=" + name));
                    });
            Await.until(
                    "the call " + name + " is in the log",
                    LOG_LIMIT,
                    () -> line(analyzer, name).isPresent(),
                    analyzer::diagnostics);
            LogLine line = line(analyzer, name).orElseThrow();
            assertThat(line.text("container.name")).as(line.raw()).contains(name);
        }
    }

    @Test
    void namesATaskWhoseContainerNobodyNames() {
        host.run(
                of(
                        List.of(
                                "ctr",
                                "run",
                                "--rm",
                                "--net-host",
                                "--snapshotter=native",
                                "--cgroup=/ecs/" + TASK + "/" + NAMELESS),
                        RuntimeHost.IMAGE,
                        NAMELESS,
                        "sh",
                        "-c",
                        // On cgroup v1 a control group cannot be asked for once its process has ended.
                        "(echo 'GET " + TARGET
                                + "nameless-task HTTP/1.1'; echo 'Host: imds'; echo; sleep 1) | busybox nc 169.254.169.254 80"));
        assertNamed("nameless-task", "aws.ecs.task.id=" + TASK, "container.id=" + NAMELESS);
    }

    @Test
    void namesAContainerOfDockerThatLivesForOneRequest() {
        host.run(docker("docker-rm", "--name=shop-once"));
        assertNamed(
                "docker-rm",
                "container.name=shop-once",
                "container.runtime=docker",
                "container.image.name=registry.example.com/shop/web",
                "container.image.tag/0=7",
                "caller.label=shop-once: busybox (Wget)");
    }

    @Test
    void namesContainersOfDockerThatAreRenamed() {
        host.run("docker", "run", "-d", "--name=before", "--network=host", RuntimeHost.IMAGE);
        host.run("docker", "exec", "before", "wget", "-q", "-O", "-", url("docker-exec"));
        assertNamed("docker-exec", "container.name=before");
        host.run("docker", "rename", "before", "after");
        Await.until(
                "the new name is told",
                LOG_LIMIT,
                () -> {
                    String name = "docker-renamed-" + System.nanoTime();
                    host.run("docker", "exec", "after", "wget", "-q", "-O", "-", url(name));
                    return lines(name).stream()
                            .allMatch(line -> line.text("container.name").equals(Optional.of("after")));
                },
                () -> "");
    }

    @Test
    void namesATaskOfEcs() {
        String ecs = "--label=com.amazonaws.ecs.";
        host.run(docker(
                "ecs",
                "--name=ecs-shop-7-web-c0ffee",
                "--cgroup-parent=/ecs/" + TASK,
                ecs + "cluster=prod",
                ecs + "container-name=web",
                ecs + "task-arn=arn:aws:ecs:eu-west-1:111122223333:task/prod/" + TASK,
                ecs + "task-definition-family=shop",
                ecs + "task-definition-version=7"));
        assertNamed(
                "ecs",
                "aws.ecs.cluster.name=prod",
                "aws.ecs.container.name=web",
                "aws.ecs.task.arn=arn:aws:ecs:eu-west-1:111122223333:task/prod/" + TASK,
                "aws.ecs.task.id=" + TASK,
                "aws.ecs.task.family=shop",
                "aws.ecs.task.revision=7",
                "caller.label=shop web: busybox (Wget)");
    }

    @Test
    void namesAServiceOfCompose() {
        host.run(docker(
                "compose", "--label=com.docker.compose.project=shop", "--label=com.docker.compose.service=front"));
        assertNamed("compose", "caller.label=shop/front: busybox (Wget)");
    }

    @Test
    void namesContainersOfPodman() {
        // Of one that is gone at once the image may be missing: conmon's arguments have the name alone.
        host.run(lasting(podman("podman-rm", "--name=shop-api")));
        assertNamed(
                "podman-rm",
                "container.name=shop-api",
                "container.runtime=podman",
                "container.image.name=registry.example.com/shop/web",
                "container.image.tag/0=7",
                "caller.label=shop-api: busybox (Wget)");
        List<String> run = new ArrayList<>(RuntimeHost.PODMAN);
        run.add("run");
        run.addAll(RuntimeHost.PODMAN_RUN);
        host.run(of(run, "-d", "--name=shop-worker", RuntimeHost.IMAGE));
        host.run(of(RuntimeHost.PODMAN, "exec", "shop-worker", "wget", "-q", "-O", "-", url("podman-exec")));
        assertNamed("podman-exec", "container.name=shop-worker");
    }

    @Test
    void namesContainersOfCtr() {
        host.run(ctr("batch-job", "ctr"));
        assertNamed("ctr", "container.name=batch-job", "container.runtime=containerd");
    }

    /** Two containers and one before them, as a kubelet asks for them; a new pod of the same workload is the same caller. */
    @Test
    void namesPodsThatContainerdMakesOverItsRuntimeInterface() {
        List<String> ids = new CriPod("shop", "checkout-7d4f9c8b6d-z4kqb", CRI_UID)
                .container("migrate", "wget", "-q", "-O", "-", url("cri-init"))
                .container("web", "wget", "-q", "-O", "-", url("cri-web"))
                .container("sidecar", "wget", "-q", "-O", "-", url("cri-sidecar"))
                .run(host, folder, RuntimeHost.IMAGE, "DB_PASSWORD", SECRET);
        assertThat(ids).hasSize(4);
        int number = 1;
        for (String container : List.of("migrate", "web", "sidecar")) {
            String name = container.equals("migrate") ? "cri-init" : "cri-" + container;
            assertNamed(
                    name,
                    "container.id=" + ids.get(number++),
                    "k8s.pod.name=checkout-7d4f9c8b6d-z4kqb",
                    "k8s.pod.uid=" + CRI_UID,
                    "k8s.namespace.name=shop",
                    "k8s.container.name=" + container,
                    "container.image.name=registry.example.com/shop/web",
                    "caller.workload=shop/checkout " + container,
                    "caller.label=shop/checkout " + container + ": busybox (Wget)");
        }
    }

    /** With annotations and control groups as the kubelet has containerd make them. */
    private static void pod(String id, String type, String container, String name) {
        String whole = id.repeat(16);
        List<String> command = new ArrayList<>(List.of(
                "ctr",
                "-n",
                "k8s.io",
                "run",
                "--rm",
                "--net-host",
                "--snapshotter=native",
                "--env=DB_PASSWORD=" + SECRET,
                "--cgroup=/kubepods/burstable/pod" + POD_UID + "/" + whole,
                CRI + "container-type=" + type,
                CRI + "sandbox-id=" + "3a3c".repeat(16),
                CRI + "sandbox-name=checkout-7d4f9c8b6d-x2kqp",
                CRI + "sandbox-namespace=shop",
                CRI + "sandbox-uid=" + POD_UID));
        if (container != null) {
            command.addAll(List.of(CRI + "container-name=" + container, CRI + "image-name=" + RuntimeHost.IMAGE));
        }
        host.run(of(command, RuntimeHost.IMAGE, whole, "wget", "-q", "-O", "-", url(name)));
    }

    @Test
    void namesEachContainerOfAPodAndTellsItsSandbox() {
        pod("a111", "container", "web", "pod-web");
        assertNamed(
                "pod-web",
                "k8s.pod.name=checkout-7d4f9c8b6d-x2kqp",
                "k8s.pod.uid=" + POD_UID,
                "k8s.namespace.name=shop",
                "k8s.container.name=web",
                "container.name=web",
                "container.image.name=registry.example.com/shop/web",
                "container.image.tag/0=7",
                "caller.label=shop/checkout web: busybox (Wget)");
        pod("a222", "container", "sidecar", "pod-sidecar");
        assertNamed("pod-sidecar", "caller.label=shop/checkout sidecar: busybox (Wget)");
        pod("3a3c", "sandbox", null, "pod-sandbox");
        assertNamed("pod-sandbox", "container.type=sandbox", "caller.label=shop/checkout (pause): busybox (Wget)");
    }
}
