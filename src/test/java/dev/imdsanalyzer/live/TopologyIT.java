package dev.imdsanalyzer.live;

import static dev.imdsanalyzer.live.ImdsScene.curl;
import static dev.imdsanalyzer.live.ImdsScene.url;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The namespaces and the emulator by themselves: what the other live tests stand on. */
@LiveTest
class TopologyIT {
    private static final String TTL = "X-aws-ec2-metadata-token-ttl-seconds: 60";

    @TempDir
    static Path folder;

    private static ImdsScene scene;
    private static Topology topology;
    private static ImdsEmulator emulator;

    @BeforeAll
    static void setUp() {
        scene = ImdsScene.create(folder, 1);
        topology = scene.topology();
        emulator = scene.emulator();
    }

    @AfterAll
    static void tearDown() {
        if (scene != null) {
            scene.close();
        }
    }

    @Test
    void hostAndContainerReachBothAddresses() {
        for (NetworkNamespace namespace : List.of(topology.host(), topology.container(0))) {
            for (String address : List.of(Topology.IMDS_IPV4, "[" + Topology.IMDS_IPV6 + "]")) {
                String answer = curl(namespace, "http://" + address + "/latest/meta-data/instance-id");
                assertThat(answer).isEqualTo("i-0123456789abcdef0");
            }
        }
    }

    @Test
    void containersAreMasqueraded() {
        curl(topology.container(0), url("/latest/meta-data/?masqueraded"));
        assertThat(recordOf("/latest/meta-data/?masqueraded").clientAddress()).isEqualTo("10.0.0.10");
    }

    @Test
    void tokenServesARequestOfTheSecondVersion() {
        emulator.set("tokens", "required");
        try {
            String token = curl(topology.host(), "-X", "PUT", "-H", TTL, url("/latest/api/token"));
            String header = "X-aws-ec2-metadata-token: " + token;
            assertThat(curl(topology.host(), "-H", header, url("/latest/meta-data/ami-id?v2")))
                    .startsWith("ami-");
            assertThat(statusOf(topology.host(), "/latest/meta-data/ami-id?v1")).isEqualTo("401");
        } finally {
            emulator.set("tokens", "optional");
        }
        assertThat(recordOf("/latest/meta-data/ami-id?v2").version()).isEqualTo("v2");
        assertThat(recordOf("/latest/meta-data/ami-id?v1").version()).isEqualTo("v1");
        assertThat(recordOf("/latest/meta-data/ami-id?v1").status()).hasValue(401);
    }

    @Test
    void tokenReachesAContainerOnlyIfTheHopLimitAllows() {
        for (String address : List.of(Topology.IMDS_IPV4, "[" + Topology.IMDS_IPV6 + "]")) {
            String url = "http://" + address + "/latest/api/token";
            assertThat(curl(topology.host(), "-X", "PUT", "-H", TTL, url)).endsWith("==");
            assertThatThrownBy(() -> curl(topology.container(0), "-X", "PUT", "-H", TTL, "--max-time", "1", url))
                    .hasMessageContaining("timed out");
            emulator.set("hop-limit", "2");
            try {
                assertThat(curl(topology.container(0), "-X", "PUT", "-H", TTL, url))
                        .endsWith("==");
            } finally {
                emulator.set("hop-limit", "1");
            }
        }
    }

    @Test
    void everyOddAnswerComesAsPromised() {
        assertThat(curl(topology.host(), url("/latest/test/split"))).hasSize(200);
        assertThat(curl(topology.host(), url("/latest/test/chunked"))).hasSize(200);
        assertThat(statusOf(topology.host(), "/latest/test/status/503")).isEqualTo("503");
        assertThatThrownBy(() -> curl(topology.host(), url("/latest/test/close")))
                .hasMessageContaining("Empty reply");
        assertThatThrownBy(() -> curl(topology.host(), url("/latest/test/reset")))
                .hasMessageContaining("reset");
    }

    @Test
    void namespacesVanishWithTheTopology() {
        Topology other = Topology.create(1);
        List<NetworkNamespace> namespaces = List.of(other.imds(), other.host(), other.container(0));
        other.close();
        for (NetworkNamespace namespace : namespaces) {
            assertThat(Path.of(namespace.path())).doesNotExist();
        }
    }

    private static String statusOf(NetworkNamespace namespace, String target) {
        return curl(namespace, "-o", "/dev/null", "-w", "%{http_code}", url(target));
    }

    private static TruthRecord recordOf(String target) {
        return emulator.truth().stream()
                .filter(one -> one.target().equals(target))
                .findFirst()
                .orElseThrow();
    }
}
