package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The OCI image as the shipped manifests run it: in containerd by CRI with what the DaemonSet says, and in docker with what
 * the ECS task definition says, beside pods and tasks that call IMDS in both versions. Each is named with its workload, and
 * nothing is lost. What a pod lacks is said, with what it costs.
 */
@LiveTest
class ImageIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Prime, so that no call lost beside one seen twice goes unseen. */
    private static final int CALLS = 7;

    /** NET_RAW, DAC_READ_SEARCH, SYS_PTRACE, PERFMON and BPF, by linux/capability.h. */
    private static final String THE_FIVE = "000000c000082004";

    /** As those of containerd before 1.6.9 and docker before 23, which let these through for CAP_SYS_ADMIN alone. */
    private static final String OLDER_SECCOMP_PROFILE = """
            {"defaultAction": "SCMP_ACT_ALLOW", "syscalls":
             [{"names": ["bpf", "perf_event_open"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]}
            """;

    @TempDir
    static Path folder;

    private static Topology topology;
    private static ImdsEmulator emulator;
    private static RuntimeHost host;
    private static ImageHost image;
    private static ShopContainers shop;

    @BeforeAll
    static void setScene() throws IOException {
        topology = Topology.create(0);
        emulator = ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl"));
        try {
            host = RuntimeHost.start(topology.host(), folder);
            image = ImageHost.load(host, folder);
            shop = new ShopContainers(host, folder);
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
    void isOneFileThatEachRuntimeLoads() throws IOException {
        image.file().assertLoadsEverywhere();
    }

    @Test
    void holdsNoShellAndNoPackageManager() throws IOException {
        image.file().assertHoldsNoShell(folder);
    }

    @Test
    void asTheDaemonSetSaysItNamesPodsOfBothVersions() throws IOException {
        PodManifest manifest = PodManifest.shipped();
        assertThat(manifest.user()).isEqualTo(65532);
        assertPodsAreNamed("user", manifest);
    }

    @Test
    void asRootItNamesThemAsWell() throws IOException {
        assertPodsAreNamed("root", PodManifest.shipped().asRoot());
    }

    @Test
    void asTheTaskDefinitionSaysItNamesTasksOfBothVersions() throws IOException {
        try (ImageContainer analyzer = image.startByTaskDefinition("task")) {
            awaitFirstCall(analyzer);
            shop.tasks("first", CALLS);
            for (int call = 0; call < CALLS; call++) {
                shop.tasks("ecs", call);
            }
            awaitCalls(analyzer, "ecs");
            analyzer.end();
            assertNothingLost(analyzer, "ecs");
            assertThat(analyzer.lines())
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
    void asTheDocumentationSaysItByDockerItNamesThemAsWell() throws IOException {
        try (ImageContainer analyzer = image.startByDocumentation("documented")) {
            awaitFirstCall(analyzer);
            assertThat(analyzer.action("analyzer-started").get(0).raw()).contains("attribution by connect and socket");
        }
    }

    @Test
    void saysWhatMissingCapabilitiesCost() throws IOException {
        PodManifest less = PodManifest.shipped().without("BPF").without("SYS_PTRACE");
        try (ImageContainer analyzer = image.startByManifest("less", less)) {
            awaitFirstCall(analyzer);
            assertThat(analyzer.diagnostics())
                    .contains("callers are found by their sockets alone, which misses programs that end at once")
                    .contains("not effective: CAP_BPF")
                    .contains("CAP_SYS_PTRACE is not effective: callers of other users are named by");
            assertSaidInTheFirstLine(analyzer, "CAP_BPF");
        }
    }

    @Test
    void endsWhereItCannotCaptureAndSaysWhatIsMissing() throws IOException {
        try (ImageContainer analyzer =
                image.startByManifest("blind", PodManifest.shipped().without("NET_RAW"))) {
            Await.until(
                    "it says why it cannot capture",
                    LIMIT,
                    () -> analyzer.diagnostics().contains("CAP_NET_RAW"),
                    analyzer::said);
            assertThat(analyzer.end()).isEmpty();
        }
    }

    @Test
    void saysWhatMissingHostPathsCost() throws IOException {
        try (ImageContainer analyzer =
                image.startByManifest("shut", PodManifest.shipped().withoutHostPaths())) {
            awaitFirstCall(analyzer);
            for (String lack : List.of(
                    "/host/run is not mounted: containers and pods have an id and no name",
                    "/host/sys/fs/cgroup is not mounted: callers that end at once have no container",
                    "/host/etc is not mounted: users have a number and no name",
                    "/host/var/lib is not mounted: programs of the host have no package")) {
                assertThat(analyzer.diagnostics()).contains(lack);
                assertSaidInTheFirstLine(analyzer, lack);
            }
        }
    }

    @Test
    void saysWhatTheMissingHostPidCosts() throws IOException {
        try (ImageContainer analyzer =
                image.startByManifest("alone", PodManifest.shipped().withoutHostProcesses())) {
            awaitFirstCall(analyzer);
            assertThat(analyzer.diagnostics()).contains("hostPID").contains("callers outside are not named");
        }
    }

    @Test
    void saysWhatAnOlderSeccompProfileCosts() throws IOException {
        Path profile = Files.writeString(folder.resolve("older-seccomp.json"), OLDER_SECCOMP_PROFILE);
        try (ImageContainer analyzer =
                image.startByManifest("older", PodManifest.shipped().withSeccompProfile(profile))) {
            awaitFirstCall(analyzer);
            assertThat(analyzer.diagnostics())
                    .contains("callers are found by their sockets alone")
                    .contains("the capabilities are there, so a seccomp filter or the kernel's lockdown refuses it");
            assertThat(analyzer.requests("first").get(0).text("attribution.method"))
                    .isNotEqualTo(Optional.of("connect"));
        }
    }

    private static void assertSaidInTheFirstLine(ImageContainer analyzer, String lack) {
        assertThat(analyzer.action("analyzer-started").get(0).raw()).contains(lack);
    }

    /** The first calls of all take a program longer than a container lives. */
    private static void awaitFirstCall(ImageContainer analyzer) {
        analyzer.awaitStart();
        Await.until(
                "a first call is seen",
                LIMIT,
                () -> {
                    ImdsScene.curl(topology.host(), ImdsScene.url("/latest/meta-data/ami-id?first"));
                    return !analyzer.requests("first").isEmpty();
                },
                analyzer::said);
    }

    private static void assertPodsAreNamed(String mark, PodManifest manifest) throws IOException {
        try (ImageContainer analyzer = image.startByManifest(mark, manifest)) {
            awaitFirstCall(analyzer);
            assertRunsAsTheManifestSays(analyzer, manifest);
            shop.pod("first", CALLS);
            for (int call = 0; call < CALLS; call++) {
                shop.pod(mark, call);
            }
            awaitCalls(analyzer, mark);
            analyzer.end();
            assertNothingLost(analyzer, mark);
            for (int call = 0; call < CALLS; call++) {
                assertNamed(analyzer, ShopContainers.mark(mark, "v1", call), ShopContainers.podName(call), "web");
                assertNamed(analyzer, ShopContainers.mark(mark, "v2", call), ShopContainers.podName(call), "api");
            }
            assertThat(analyzer.lines())
                    .filteredOn(line ->
                            line.text("imds.operation").filter("token"::equals).isPresent()
                                    && line.text("k8s.container.name")
                                            .filter("api"::equals)
                                            .isPresent())
                    .as("the tokens of the pods, the first one's too")
                    .hasSize(CALLS + 1);
        }
    }

    /** By the kernel's own account of the process. */
    private static void assertRunsAsTheManifestSays(ImageContainer analyzer, PodManifest manifest) throws IOException {
        Path process = Path.of("/proc/" + analyzer.pid(host));
        assertThat(Files.readString(process.resolve("status")))
                .containsPattern("(?m)^Uid:\t" + manifest.user() + "\t")
                .contains("NoNewPrivs:\t1\n", "Seccomp:\t2\n", "CapBnd:\t" + THE_FIVE, "CapEff:\t" + THE_FIVE);
        assertThat(Files.readString(process.resolve("mountinfo"))).containsPattern("(?m)^\\d+ \\d+ \\S+ \\S+ / ro[, ]");
        // Without it the start takes three times as long, and nobody is told.
        assertThat(Files.readString(process.resolve("maps")))
                .as("the class cache is in use")
                .contains("app.jsa");
        for (String namespace : List.of("pid", "net")) {
            Path seen = Files.readSymbolicLink(process.resolve("ns/" + namespace));
            Path hosts = Files.readSymbolicLink(Path.of(
                    namespace.equals("pid")
                            ? "/proc/self/ns/pid"
                            : topology.host().path()));
            assertThat(seen).as(namespace).isEqualTo(hosts);
        }
    }

    private static void assertNamed(ImageContainer analyzer, String mark, String pod, String container) {
        LogLine line = analyzer.requests(mark).get(0);
        assertThat(line.text("attribution.method")).as(line.raw()).contains("connect");
        assertThat(line.text("k8s.namespace.name")).as(line.raw()).contains("shop");
        assertThat(line.text("k8s.pod.name")).as(line.raw()).contains(pod);
        assertThat(line.text("k8s.container.name")).as(line.raw()).contains(container);
        assertThat(line.text("caller.workload")).as(line.raw()).contains("shop/checkout " + container);
        assertThat(line.text("container.image.name")).as(line.raw()).contains("registry.example.com/shop/web");
    }

    private static void awaitCalls(ImageContainer analyzer, String mark) {
        for (int call = 0; call < CALLS; call++) {
            for (String version : List.of("v1", "v2")) {
                String target = ShopContainers.mark(mark, version, call);
                Await.until(
                        target + " is in the log",
                        LIMIT,
                        () -> analyzer.requests(target).size() == 1,
                        analyzer::said);
                assertThat(analyzer.requests(target).get(0).text("imds.version"))
                        .contains(version);
            }
        }
    }

    private static void assertNothingLost(ImageContainer analyzer, String mark) {
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
        // Connects that were lost, or are in another test's network, are the whole machine's; ours are all named.
        assertThat(analyzer.action("capture-gap"))
                .allSatisfy(gap -> assertThat(gap.raw())
                        .containsAnyOf("connect events", "connects to IMDS were seen by the kernel whose packets"));
        assertThat(targets(
                        mark,
                        analyzer.lines().stream().filter(LogLine::isRequest).map(LogLine::target)))
                .isEqualTo(targets(mark, emulator.truth().stream().map(TruthRecord::target)))
                .hasSize(2 * CALLS);
    }

    private static List<String> targets(String mark, Stream<String> all) {
        return all.filter(target -> target.contains("?" + mark + "-")).sorted().toList();
    }
}
