package dev.imdsanalyzer.live;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.output.line.LineValidator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Floods, crawlers and nonsense: the analyzer stays within its bounds, and misses no real call meanwhile. */
@LiveTest
class HostileTrafficIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SYNS = 20_000;
    private static final int HALF_OPEN = 10_000;
    /** The default of limits.connections. */
    private static final int CONNECTIONS = 16_384;
    /** Memory of its own at most, in KiB, with every table full: what the service's unit allows. */
    private static final long RESIDENT_KIB = 192 * 1024;
    /** Room for some seconds of the flood: a busy machine must not lose packets before the analyzer sees them. */
    private static final String CAPTURE_BUFFER = "capture.buffer=64MiB";
    /** An address on IMDS's link that nobody has. */
    private static final String NOBODY = "10.0.0.99";

    @TempDir
    Path folder;

    private final List<String> realTargets = new ArrayList<>();

    @Test
    void realCallsAreLoggedOnceAndNamedWhateverElseComes() throws IOException {
        try (Topology topology = Topology.create(0);
                ImdsEmulator emulator = ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl"));
                Analyzer analyzer = Analyzer.start(topology.host(), folder, CAPTURE_BUFFER)) {
            assertThat(emulator.truth()).isEmpty();
            NetworkNamespace host = topology.host();
            routeAnswersToNobody(topology);
            Process slow = Processes.start(host.command(hostile("slow", "/latest/meta-data/slow")));
            Process syns = Processes.start(host.command(hostile("syn", "10.9.0.1", String.valueOf(SYNS))));
            callWhile(syns, host, "syn-flood");
            Process halfOpen = Processes.start(host.command(hostile("half-open", NOBODY, String.valueOf(HALF_OPEN))));
            callWhile(halfOpen, host, "half-open");
            sendNonsense(host);
            call(host, "after");
            assertThat(Processes.exits(slow, LIMIT)).isTrue();

            awaitLines(analyzer, realTargets.size() + 6);
            assertRealCallsAreNamed(analyzer);
            assertNonsenseIsTold(analyzer);
            assertThat(Processes.residentKib(analyzer.pid())).isLessThan(RESIDENT_KIB);
            assertThat(analyzer.stop()).isZero();
            assertBoundsHeld(analyzer);
        }
    }

    /** Answers to half-open connections arrive at the host and end there without a word. */
    private static void routeAnswersToNobody(Topology topology) {
        Matcher address = Pattern.compile("link/ether ([0-9a-f:]+)")
                .matcher(topology.host().run("ip", "link", "show", "eth0"));
        assertThat(address.find()).isTrue();
        topology.imds().ip("neighbour add " + NOBODY + " lladdr " + address.group(1) + " dev eth0 nud permanent");
        topology.host().ip("route add blackhole " + NOBODY + "/32");
    }

    private static List<String> hostile(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Python.PROGRAM, ClientPrograms.python("hostile_client.py")));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Real calls, one after the other, until the flood is over; at least one. */
    private void callWhile(Process flood, NetworkNamespace host, String name) {
        int number = 0;
        do {
            call(host, name + "-" + number++);
        } while (flood.isAlive() && number < 1_000);
        assertThat(flood.exitValue()).isZero();
    }

    private void call(NetworkNamespace host, String name) {
        String target = "/latest/meta-data/instance-id?" + name;
        host.run("curl", "-sS", "http://" + Topology.IMDS_IPV4 + target);
        realTargets.add(target);
    }

    private static void sendNonsense(NetworkNamespace host) {
        host.run(hostile("endless", "100000").toArray(String[]::new));
        for (String request : List.of(
                "GET /nul\0path HTTP/1.1\r\n\r\n",
                "GET /escape\u001b[31m HTTP/1.1\r\n\r\n",
                "GET /agent HTTP/1.1\r\nUser-Agent: a\u001b]0;title\u0007\r\n\r\n",
                "GET /invalid\u00c3(\u00ff HTTP/1.1\r\nUser-Agent: \u00fe\u00a0\u00ed\u00a0\u0080\r\n\r\n")) {
            String hex = HexFormat.of().formatHex(request.getBytes(ISO_8859_1));
            host.run(hostile("bytes", hex).toArray(String[]::new));
        }
    }

    private static void awaitLines(Analyzer analyzer, int count) {
        Await.until(
                "the log holds " + count + " requests",
                LIMIT,
                () -> analyzer.requests().size() >= count,
                () -> analyzer.requests().size() + " lines; it exited with " + analyzer.stop() + "\n"
                        + analyzer.lines().stream()
                                .filter(line -> !line.isRequest())
                                .toList()
                        + "\n" + analyzer.diagnostics());
    }

    private void assertRealCallsAreNamed(Analyzer analyzer) {
        List<LogLine> real = analyzer.requests().stream()
                .filter(line -> line.target().startsWith("/latest/meta-data/instance-id?"))
                .toList();
        assertThat(real).extracting(LogLine::target).containsExactlyInAnyOrderElementsOf(realTargets);
        assertThat(real).allSatisfy(line -> {
            assertThat(line.text("process.name")).contains("curl");
            assertThat(line.text("process.command_line").orElseThrow()).contains(line.target());
        });
        assertThat(analyzer.requests())
                .filteredOn(line -> line.target().equals("/latest/meta-data/slow"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.text("user_agent.original")).contains("slow");
                    assertThat(line.text("process.command_line").orElseThrow()).contains("hostile_client.py slow");
                    assertThat(line.number("http.response.status_code")).contains(404L);
                });
    }

    private static void assertNonsenseIsTold(Analyzer analyzer) {
        assertThat(analyzer.requests())
                .filteredOn(line -> line.raw().contains("\"malformed-request\""))
                .extracting(line -> line.text("imds.detail").orElse(""))
                .containsExactlyInAnyOrder(
                        "a message head of more than 64 KiB",
                        "a control byte in the message head",
                        "a control byte in the message head",
                        "a control byte in the message head");
        assertThat(analyzer.requests())
                .filteredOn(line -> line.target().startsWith("/invalid"))
                .singleElement()
                .satisfies(line -> assertThat(line.text("process.name")).isPresent());
    }

    /** Flooded connections end by eviction alone, so all that are not there any more were evicted. */
    private static void assertBoundsHeld(Analyzer analyzer) {
        List<LogLine> lines = analyzer.lines();
        lines.forEach(line -> LineValidator.check(line.raw()));
        LogLine summary = lines.stream()
                .filter(line ->
                        line.text("event.action").filter("imds-summary"::equals).isPresent())
                .reduce((first, second) -> second)
                .orElseThrow();
        long connections = count(summary, "connections");
        long evicted = count(summary, "connections_evicted");
        assertThat(connections).isGreaterThan(CONNECTIONS + HALF_OPEN / 2);
        assertThat(connections - evicted).isLessThanOrEqualTo(CONNECTIONS + 1_000);
        assertThat(summary.number("imds.flows.open").orElseThrow()).isLessThanOrEqualTo(CONNECTIONS);
        assertThat(count(summary, "internal_errors")).isZero();
        assertThat(count(summary, "lines_dropped")).isZero();
    }

    private static long count(LogLine summary, String counter) {
        return summary.number("imds.counters." + counter).orElse(0L);
    }
}
