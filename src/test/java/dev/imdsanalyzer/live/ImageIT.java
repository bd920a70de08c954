package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The OCI image as the shipped manifests run it: in containerd by {@code ctr} with what the DaemonSet says, and in docker with
 * what the ECS task definition says, beside containers that call IMDS in both versions. Each is named with its workload,
 * and nothing is lost.
 */
@LiveTest
class ImageIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Prime, so that no call lost beside one seen twice goes unseen. */
    private static final int CALLS = 7;

    private static final String POD_UID = "4f1d2c3b-5a69-4788-9d0e-1b2c3d4e5f60";
    private static final String CRI = "--annotation=io.kubernetes.cri.";
    private static final String V1 = "wget -q -O - " + ImdsScene.url("/latest/meta-data/ami-id?");
    /** busybox's wget knows no PUT. */
    private static final String V2 =
            "TOKEN=$(printf 'PUT /latest/api/token HTTP/1.0\\r\\nX-aws-ec2-metadata-token-ttl-seconds: 60"
                    + "\\r\\n\\r\\n' | busybox nc " + Topology.IMDS_IPV4
                    + " 80 | busybox tail -n 1); wget -q -O - --header"
                    + " \"X-aws-ec2-metadata-token: $TOKEN\" " + ImdsScene.url("/latest/meta-data/instance-id?");

    /** Containers that end with their call are another test's matter. */
    private static final String LIVES_ON = "; sleep 1";

    @TempDir
    static Path folder;

    private static Topology topology;
    private static ImdsEmulator emulator;
    private static RuntimeHost host;
    private static ImageHost image;

    @BeforeAll
    static void setScene() throws IOException {
        topology = Topology.create(0);
        emulator = ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl"));
        try {
            host = RuntimeHost.start(topology.host(), folder);
            image = ImageHost.load(host, folder);
        } catch (RuntimeException | AssertionError failure) {
            Assumptions.assumeTrue("true".equals(System.getenv("CI")), () -> "no image: " + failure.getMessage());
            throw failure;
        }
    }

    @AfterAll
    static void close() {
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

    @Test
    void asTheDaemonSetSaysItNamesPodsOfBothVersions() throws IOException {
        try (ImageHost.Running analyzer = image.startByManifest("daemonset-user", false, List.of())) {
            awaitFirstCall(analyzer);
            assertPodsAreNamed(analyzer, "user");
        }
    }

    @Test
    void asRootItNamesThemAsWell() throws IOException {
        try (ImageHost.Running analyzer = image.startByManifest("daemonset-root", true, List.of())) {
            awaitFirstCall(analyzer);
            assertPodsAreNamed(analyzer, "root");
        }
    }

    @Test
    void asTheTaskDefinitionSaysItNamesTasksOfBothVersions() throws IOException {
        try (ImageHost.Running analyzer = image.startByTaskDefinition("task")) {
            awaitFirstCall(analyzer);
            for (int call = 0; call < CALLS; call++) {
                docker(V1 + "ecs-v1." + call);
                docker(V2 + "ecs-v2." + call);
            }
            awaitCalls(analyzer, "ecs-v1.", "ecs-v2.");
            List<LogLine> lines = analyzer.end();
            assertNothingLost(analyzer);
            assertThat(lines)
                    .filteredOn(line -> line.isRequest() && !line.target().contains("first"))
                    .allSatisfy(line -> {
                        assertThat(line.text("attribution.method"))
                                .as(line.raw())
                                .contains("connect");
                        assertThat(line.text("aws.ecs.task.family"))
                                .as(line.raw())
                                .contains("shop");
                        assertThat(line.text("aws.ecs.container.name"))
                                .as(line.raw())
                                .contains("web");
                    });
        }
    }

    @Test
    void saysWhatAMissingCapabilityCosts() throws IOException {
        try (ImageHost.Running analyzer =
                image.startByManifest("daemonset-less", false, List.of("BPF", "SYS_PTRACE"))) {
            Await.until(
                    "it says that it started",
                    LIMIT,
                    () -> !analyzer.action("analyzer-started").isEmpty(),
                    analyzer::said);
            assertThat(analyzer.said()).contains("CAP_BPF").contains("CAP_SYS_PTRACE");
        }
    }

    /** The first calls of all take a program longer than a container lives. */
    private static void awaitFirstCall(ImageHost.Running analyzer) {
        Await.until(
                "it says that it started",
                LIMIT,
                () -> !analyzer.action("analyzer-started").isEmpty(),
                analyzer::said);
        Await.until(
                "a first call is seen",
                LIMIT,
                () -> {
                    ImdsScene.curl(topology.host(), ImdsScene.url("/latest/meta-data/ami-id?first"));
                    return !analyzer.requests("first").isEmpty();
                },
                analyzer::said);
        pod("f1", V1 + "first-pod");
        docker(V1 + "first-task");
    }

    private static void assertPodsAreNamed(ImageHost.Running analyzer, String mark) {
        for (int call = 0; call < CALLS; call++) {
            pod("a" + call, V1 + mark + "-v1." + call);
            pod("b" + call, V2 + mark + "-v2." + call);
        }
        awaitCalls(analyzer, mark + "-v1.", mark + "-v2.");
        List<LogLine> lines = analyzer.end();
        assertNothingLost(analyzer);
        assertThat(lines)
                .filteredOn(line -> line.isRequest() && !line.target().contains("first"))
                .allSatisfy(line -> {
                    assertThat(line.text("attribution.method")).as(line.raw()).contains("connect");
                    assertThat(line.text("k8s.namespace.name")).as(line.raw()).contains("shop");
                    assertThat(line.text("k8s.pod.name")).as(line.raw()).contains("checkout-7d4f9c8b6d-x2kqp");
                    assertThat(line.text("container.name")).as(line.raw()).contains("web");
                });
        assertThat(emulator.truth()).isNotEmpty();
    }

    private static void awaitCalls(ImageHost.Running analyzer, String v1, String v2) {
        for (int call = 0; call < CALLS; call++) {
            int number = call;
            Await.until(
                    "call " + number + " is in the log in both versions",
                    LIMIT,
                    () -> analyzer.requests(v1 + number).size() == 1
                            && analyzer.requests(v2 + number).size() == 1,
                    analyzer::said);
            assertThat(analyzer.requests(v1 + number).get(0).text("imds.version"))
                    .contains("v1");
            assertThat(analyzer.requests(v2 + number).get(0).text("imds.version"))
                    .contains("v2");
        }
    }

    private static void assertNothingLost(ImageHost.Running analyzer) {
        LogLine start = analyzer.action("analyzer-started").get(0);
        assertThat(start.json().at("/analyzer/attribution").toString())
                .as(start.raw())
                .isEqualTo("[\"connect\",\"socket\"]");
        List<LogLine> summaries = analyzer.action("imds-summary");
        LogLine last = summaries.get(summaries.size() - 1);
        for (String counter : List.of("kernel_drops", "lines_dropped", "connections_evicted", "stream_gaps")) {
            assertThat(last.number("imds.counters." + counter).orElse(0L))
                    .as(counter)
                    .isZero();
        }
        // Connects that were lost are those of the whole machine; ours are all named.
        assertThat(analyzer.action("capture-gap"))
                .allSatisfy(gap -> assertThat(gap.raw()).contains("connect events"));
    }

    /** A pod's container as the kubelet has containerd make it. */
    private static void pod(String id, String script) {
        String whole = (id + "00").repeat(16);
        List<String> command =
                new ArrayList<>(List.of("ctr", "-n", "k8s.io", "run", "--rm", "--net-host", "--snapshotter=native"));
        command.add("--cgroup=/kubepods/burstable/pod" + POD_UID + "/" + whole);
        for (String annotation : List.of(
                "container-type=container",
                "sandbox-id=" + "3a3c".repeat(16),
                "sandbox-name=checkout-7d4f9c8b6d-x2kqp",
                "sandbox-namespace=shop",
                "sandbox-uid=" + POD_UID,
                "container-name=web",
                "image-name=" + RuntimeHost.IMAGE)) {
            command.add(CRI + annotation);
        }
        command.addAll(List.of(RuntimeHost.IMAGE, whole, "sh", "-c", script + LIVES_ON));
        host.run(command.toArray(String[]::new));
    }

    /** A task's container as the ECS agent has docker make it. */
    private static void docker(String script) {
        String label = "--label=com.amazonaws.ecs.";
        host.run(
                "docker",
                "run",
                "--rm",
                "--network=host",
                label + "cluster=prod",
                label + "container-name=web",
                label + "task-definition-family=shop",
                label + "task-definition-version=7",
                label + "task-arn=arn:aws:ecs:eu-west-1:111122223333:task/prod/0123456789abcdef0123456789abcdef",
                RuntimeHost.IMAGE,
                "sh",
                "-c",
                script + LIVES_ON);
    }
}
