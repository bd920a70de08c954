package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two containers that have the same address, behind one host that tells them apart by the interface, and that call IMDS
 * from the same port at the same time: only their initial sequence numbers differ.
 */
@LiveTest
class TwinCallersIT {
    private static final String ADDRESS = "172.18.0.2/32";
    private static final String GATEWAY = "10.99.0.1/32";
    private static final int ROUNDS = 23;
    private static final int FIRST_PORT = 40_000;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** The way there is tracked in a zone for each container, the way back in one for both: masquerade keeps it unique. */
    private static final String NFT_ZONES = """
            table ip twins {
                chain zones { type filter hook prerouting priority -300;
                    iifname "twin1" ct original zone set 1; iifname "twin2" ct original zone set 2; }
                chain marks { type filter hook prerouting priority -150;
                    iifname "twin1" ct mark set 1; iifname "twin2" ct mark set 2; meta mark set ct mark; }
                chain after { type nat hook postrouting priority 100; oifname "eth0" masquerade; }
            }
            """;

    @TempDir
    static Path folder;

    private static Topology topology;
    private static ImdsEmulator emulator;
    private static final NetworkNamespace[] TWINS = new NetworkNamespace[2];

    @BeforeAll
    static void setUp() {
        topology = Topology.create(0);
        emulator = ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl"));
        topology.host().run("sh", "-c", "for f in all default; do echo 0 >/proc/sys/net/ipv4/conf/$f/rp_filter; done");
        for (int number = 1; number <= TWINS.length; number++) {
            TWINS[number - 1] = connect(NetworkNamespace.create(), number);
        }
        topology.host().feed(NFT_ZONES, "nft", "-f", "-");
    }

    private static NetworkNamespace connect(NetworkNamespace twin, int number) {
        String link = "twin" + number;
        topology.host()
                .ip(
                        "link add " + link + " type veth peer name eth0 netns " + twin.pid(),
                        "link set " + link + " up",
                        "address add " + GATEWAY + " dev " + link,
                        "rule add fwmark " + number + " table " + (100 + number),
                        "route add " + ADDRESS + " dev " + link + " table " + (100 + number));
        twin.ip(
                "link set lo up",
                "address add " + ADDRESS + " dev eth0",
                "link set eth0 up",
                "route add " + GATEWAY + " dev eth0",
                "route add default via " + GATEWAY.substring(0, GATEWAY.indexOf('/')));
        return twin;
    }

    @AfterAll
    static void tearDown() {
        for (NetworkNamespace twin : TWINS) {
            if (twin != null) {
                twin.close();
            }
        }
        if (emulator != null) {
            emulator.close();
        }
        if (topology != null) {
            topology.close();
        }
    }

    @Test
    void eachOfTwoCallersWithOneAddressAndPortIsNamedRight() {
        Map<String, Process> expected = new HashMap<>();
        Map<String, String> namespaces = new HashMap<>();
        try (Analyzer analyzer = Analyzer.start(topology.host(), folder)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int twin = 0; twin < TWINS.length; twin++) {
                    String target = "/latest/meta-data/mac?twin=" + twin + "&round=" + round;
                    expected.put(target, call(TWINS[twin], FIRST_PORT + round, target));
                    namespaces.put(target, TWINS[twin].inode());
                }
                expected.values().forEach(client -> Processes.exits(client, LIMIT));
            }
            Await.until(
                    "every call is logged",
                    LIMIT,
                    () -> analyzer.requests().size() >= expected.size(),
                    analyzer::diagnostics);
            assertThat(analyzer.requests()).hasSameSizeAs(expected.keySet()).allSatisfy(line -> {
                assertThat(line.text("attribution.method")).contains("connect");
                assertThat(line.text("source.ip")).contains("172.18.0.2");
                assertThat(line.number("process.pid"))
                        .contains(expected.get(line.target()).pid());
                assertThat(line.text("process.network_namespace")).contains(namespaces.get(line.target()));
                assertThat(line.text("process.command_line").orElse("")).contains(line.target());
            });
            assertThat(analyzer.requests())
                    .extracting(line -> line.number("source.port").orElseThrow())
                    .as("both from one port, each time")
                    .allMatch(port -> port >= FIRST_PORT && port < FIRST_PORT + ROUNDS);
        }
    }

    private static Process call(NetworkNamespace twin, int port, String target) {
        return Processes.start(twin.command(List.of(
                        "curl",
                        "-sS",
                        "--max-time",
                        "5",
                        "--local-port",
                        Integer.toString(port),
                        "http://" + Topology.IMDS_IPV4 + target))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD));
    }
}
