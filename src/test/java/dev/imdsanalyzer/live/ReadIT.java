package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tcpdump wrote of real clients is read into the same calls that the emulator saw. */
@LiveTest
class ReadIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<Client> CLIENTS = List.of(
            Client.CURL_V1,
            Client.CURL_V2,
            Client.CURL_IPV6_V2,
            Client.CURL_KEEP_ALIVE,
            Client.CURL_HEAD,
            Client.CURL_ODD_ANSWERS,
            Client.HEADER_IN_TWO_SEGMENTS,
            Client.HEADER_BYTE_BY_BYTE,
            Client.KEEP_ALIVE,
            Client.PIPELINE,
            Client.CONTINUE,
            Client.HALF_CLOSE,
            Client.UNTIL_CLOSE,
            Client.PYTHON_URLLIB);

    @TempDir
    static Path folder;

    private static List<TruthRecord> truth;

    /** One run of clients, captured as Ethernet, as Linux cooked v1 and v2. */
    @BeforeAll
    static void capture() throws IOException {
        try (Topology topology = Topology.create(1);
                ImdsEmulator emulator = ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl"))) {
            List<Process> captures = List.of(
                    tcpdump(topology.host(), "ethernet", "-i", "eth0"),
                    tcpdump(topology.host(), "cooked-v1", "-i", "any", "-y", "LINUX_SLL"),
                    tcpdump(topology.host(), "cooked-v2", "-i", "any", "-y", "LINUX_SLL2"));
            for (Client client : CLIENTS) {
                run(topology.host(), client.command());
            }
            run(topology.container(0), Client.CURL_V1.command());
            truth = emulator.truth();
            // What comes before this in a capture is whole once this is in it.
            run(topology.host(), List.of("curl", "-s", "http://" + Topology.IMDS_IPV4 + "/end-of-the-clients"));
            for (String name : List.of("ethernet", "cooked-v1", "cooked-v2")) {
                Await.until(
                        name + " is complete",
                        LIMIT,
                        () -> content(folder.resolve(name + ".pcap")).contains("/end-of-the-clients"),
                        () -> "");
            }
            captures.forEach(Processes::stop);
            for (String name : List.of("ethernet", "cooked-v1", "cooked-v2")) {
                assertThat(content(folder.resolve(name + ".err"))).contains("\n0 packets dropped by kernel");
            }
        }
    }

    private static Process tcpdump(NetworkNamespace host, String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                // Small slots in a large ring: with its own defaults tcpdump loses packets on a busy machine.
                "tcpdump", "-n", "-U", "--immediate-mode", "-Z", "root", "-s", "4000", "-B", "16384"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-w", folder.resolve(name + ".pcap").toString(), "tcp port 80"));
        Path messages = folder.resolve(name + ".err");
        Process process = Processes.start(host.command(command).redirectError(messages.toFile()));
        Await.until(
                "tcpdump listens",
                LIMIT,
                () -> content(messages).contains("listening on") || !process.isAlive(),
                () -> content(messages));
        assertThat(process.isAlive()).as(content(messages)).isTrue();
        return process;
    }

    private static void run(NetworkNamespace namespace, List<String> command) {
        Processes.run(namespace.command(command), "", LIMIT);
    }

    private static String content(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ethernet", "cooked-v1", "cooked-v2"})
    void capturedFileHoldsEachCallOnce(String name) {
        assertSameCalls(read(new ProcessBuilder(
                program(),
                "read",
                "--set",
                "output.fold_seconds=0",
                folder.resolve(name + ".pcap").toString())));
    }

    @Test
    void tsharkFindsTheSameRequests() {
        List<HttpRequestFacts> theirs = Tshark.requests(folder.resolve("ethernet.pcap"), folder);

        assertThat(theirs).hasSizeGreaterThan(truth.size());
        assertThat(read(folder.resolve("ethernet.pcap")).stream().map(HttpRequestFacts::of))
                .containsExactlyInAnyOrderElementsOf(theirs);
    }

    @Test
    void exchangesOfEveryKindAreTimedAndMeasured() {
        List<LogLine> lines = read(folder.resolve("ethernet.pcap"));

        LogLine slow = only(lines, "/latest/test/slow");
        assertThat(slow.number("event.duration").orElseThrow()).isGreaterThan(500_000_000L);
        LogLine untilClose = only(lines, "/latest/test/until-close");
        assertThat(untilClose.number("http.response.body.bytes")).contains(200L);
        LogLine told = lines.stream()
                .filter(line -> line.number("imds.token.ttl_granted_seconds").isPresent())
                .filter(line -> line.text("user_agent.original").equals(Optional.of("raw")))
                .findFirst()
                .orElseThrow();
        assertThat(told.text("http.response.status_code")).contains("200");
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.text("imds.server")).contains("EC2ws");
            assertThat(line.text("imds.detail")).isEmpty();
        });
    }

    @Test
    void answersWhoseRequestsTheCaptureLacksAreToldAsThat() {
        List<LogLine> lines = read(half("src host " + Topology.IMDS_IPV4));

        assertThat(lines).hasSameSizeAs(callsOverIpv4()).allSatisfy(line -> {
            assertThat(line.text("imds.version")).contains("unknown");
            assertThat(line.text("imds.detail")).contains("the request was lost");
            assertThat(line.text("http.request.method")).isEmpty();
            assertThat(line.text("event.duration")).isEmpty();
            assertThat(line.text("imds.findings")).isEmpty();
            assertThat(line.text("http.response.status_code")).isPresent();
        });
    }

    @Test
    void requestsWhoseAnswersTheCaptureLacksAreToldAsThat() {
        List<LogLine> lines = read(half("dst host " + Topology.IMDS_IPV4));

        assertThat(lines).hasSameSizeAs(callsOverIpv4()).allSatisfy(line -> {
            assertThat(line.text("imds.version")).isNotEqualTo(Optional.of("unknown"));
            // The first where a later request or the close shows that there was one.
            assertThat(line.text("imds.detail").orElse("none"))
                    .isIn(
                            "the answer is missing from the capture",
                            "the capture stopped watching before an answer came");
            assertThat(line.text("event.outcome")).contains("unknown");
            assertThat(line.text("http.response.status_code")).isEmpty();
            assertThat(line.toString()).doesNotContain("token-unanswered");
        });
    }

    /** The packets of one direction only. */
    private static Path half(String filter) {
        Path half = folder.resolve("half.pcap");
        Processes.run(
                new ProcessBuilder(
                        "tcpdump", "-r", folder.resolve("ethernet.pcap").toString(), "-w", half.toString(), filter),
                "",
                LIMIT);
        return half;
    }

    /** With the one that ends the capture. */
    private static List<String> callsOverIpv4() {
        List<String> targets = new ArrayList<>(List.of("/end-of-the-clients"));
        truth.stream()
                .filter(call -> call.serverAddress().equals(Topology.IMDS_IPV4))
                .forEach(call -> targets.add(call.target()));
        return targets;
    }

    private static LogLine only(List<LogLine> lines, String target) {
        List<LogLine> found =
                lines.stream().filter(line -> line.target().equals(target)).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static List<LogLine> read(Path capture) {
        return read(new ProcessBuilder(program(), "read", "--set", "output.fold_seconds=0", capture.toString()));
    }

    @Test
    void standardInputIsReadLikeAFile() {
        assertSameCalls(read(new ProcessBuilder(program(), "read", "--set", "output.fold_seconds=0", "-")
                .redirectInput(folder.resolve("cooked-v2.pcap").toFile())));
    }

    @Test
    void cutFileGivesWhatCameBeforeTheCut() throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve("ethernet.pcap"));
        Path cut = folder.resolve("cut.pcap");
        Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));

        Path output = folder.resolve("cut.out");
        Process process =
                Processes.start(new ProcessBuilder(program(), "read", "--set", "output.fold_seconds=0", cut.toString())
                        .redirectOutput(output.toFile())
                        .redirectError(folder.resolve("cut.err").toFile()));
        assertThat(Processes.exits(process, LIMIT)).isTrue();

        assertThat(requests(content(output))).isNotEmpty().hasSizeLessThan(truth.size());
        // What tcpdump itself left out of long answers is told beside it.
        assertThat(content(folder.resolve("cut.err")).lines().filter(line -> !line.contains("snapshot length")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("is cut short"));
        assertThat(process.exitValue()).isEqualTo(65);
    }

    private static String program() {
        return Checkout.application().resolve("bin/imds-packet-analyzer").toString();
    }

    private static List<LogLine> read(ProcessBuilder builder) {
        Path output = folder.resolve("read.out");
        Path messages = folder.resolve("read.err");
        Process process =
                Processes.start(builder.redirectOutput(output.toFile()).redirectError(messages.toFile()));
        assertThat(Processes.exits(process, LIMIT)).isTrue();
        assertThat(process.exitValue()).as(content(messages)).isZero();
        return requests(content(output));
    }

    private static List<LogLine> requests(String text) {
        return text.lines().map(LogLine::of).filter(LogLine::isRequest).toList();
    }

    private static void assertSameCalls(List<LogLine> lines) {
        LoggedCalls.assertEachIsLoggedOnce(
                truth,
                lines.stream()
                        .filter(line -> !line.target().equals("/end-of-the-clients"))
                        .toList());
    }
}
