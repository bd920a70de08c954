package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * Why software that knows IMDSv2 calls IMDSv1 from a container: with a hop limit of 1 its token dies on the way in. And
 * what looks like it and is something else.
 */
@LiveTest
class HopLimitIT {
    private static final String INSTANCE = "i-0123456789abcdef0";
    private static final String RAISE = "aws ec2 modify-instance-metadata-options --instance-id " + INSTANCE
            + " --http-put-response-hop-limit 2 --http-endpoint enabled";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static LiveScene scene;

    @BeforeAll
    static void setScene() {
        scene = LiveScene.setOnInstance(INSTANCE, folder);
    }

    @AfterAll
    static void close() {
        if (scene != null) {
            scene.close();
        }
    }

    @Test
    void botoInAContainerLosesItsTokenAndFallsBack() {
        ClientRun run = scene.run(scene.topology().container(0), Client.BOTO3.command());

        run.lines().forEach(line -> print("hop limit 1, boto3 in a container", line));
        assertThat(run.exitCode()).as(run.output()).isZero();
        LoggedCalls.assertEachIsLoggedOnce(run.truth(), run.lines());
        assertThat(tokenRequests(run)).isNotEmpty().allSatisfy(HopLimitIT::assertDropped);
        assertThat(otherRequests(run)).isNotEmpty().allSatisfy(line -> {
            assertThat(line.text("imds.version")).contains("v1");
            assertFallback(line);
            assertThat(line.text("user_agent.name")).contains("Botocore");
        });
        assertThat(run.lines())
                .allSatisfy(line -> assertThat(line.number("process.pid")).contains(run.pid()));
    }

    @Test
    void scriptInAContainerIsTwoProcessesAndOneStory() {
        ClientRun run = scene.run(scene.topology().container(0), script("169.254.169.254"));

        assertThat(tokenRequests(run)).singleElement().satisfies(HopLimitIT::assertDropped);
        assertThat(otherRequests(run)).singleElement().satisfies(HopLimitIT::assertFallback);
        assertThat(pids(run.lines())).doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    void hopLimitOfIpv6IsToldLikewise() {
        ClientRun run = scene.run(scene.topology().container(1), script("[fd00:ec2::254]"));

        assertThat(run.lines())
                .allSatisfy(line -> assertThat(line.text("network.type")).contains("ipv6"));
        assertThat(tokenRequests(run)).singleElement().satisfies(HopLimitIT::assertDropped);
        assertThat(otherRequests(run)).singleElement().satisfies(HopLimitIT::assertFallback);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ip", "ip6"})
    void droppedAnswerIsToldByItsRetransmissionsWhereNoIcmpMessageQuotesIt(String family) {
        String icmp = family.equals("ip") ? "icmp type time-exceeded" : "icmpv6 type time-exceeded";
        try (PacketFilter filter = PacketFilter.dropping(scene.topology().host(), family, "output", icmp)) {
            ClientRun run = scene.run(
                    scene.topology().container(1), script(family.equals("ip") ? "169.254.169.254" : "[fd00:ec2::254]"));

            assertThat(filter.dropped()).isPositive();
            assertThat(tokenRequests(run)).singleElement().satisfies(HopLimitIT::assertDropped);
        }
    }

    @Test
    void processStaysOnTheFirstVersionLongAfterItsContainerGetsTokens() {
        Path later = folder.resolve("later");
        Process process = Processes.start(scene.topology()
                .container(0)
                .command(List.of(Python.PROGRAM, ClientPrograms.python("one_token_try.py"), later.toString()))
                .redirectOutput(folder.resolve("one_token_try.out").toFile())
                .redirectErrorStream(true));
        awaitLine("/latest/meta-data/ami-id?at-once");
        scene.emulator().set("hop-limit", "2");
        try {
            ClientRun script = scene.run(scene.topology().container(0), script("169.254.169.254"));
            assertThat(script.lines())
                    .allSatisfy(line -> assertThat(findings(line)).isEmpty());
            ClientRun old = scene.run(scene.topology().container(0), Client.CURL_V1.command());
            assertThat(findings(old.lines().get(0))).containsExactly("imdsv1-request");
        } finally {
            scene.emulator().set("hop-limit", "1");
        }
        create(later);
        assertThat(Processes.exits(process, LIMIT)).isTrue();

        LogLine line = awaitLine("/latest/meta-data/ami-id?later");
        assertFallback(line);
        assertThat(line.number("process.pid")).contains(process.pid());
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "[fd00:ec2::254]"})
    void processOfTheHostGetsTheSameAnswerAndNoFinding(String address) {
        ClientRun run = scene.run(scene.topology().host(), script(address));

        assertThat(run.truth()).extracting(TruthRecord::version).containsExactly("v2", "v2");
        assertThat(run.lines()).hasSize(2).allSatisfy(line -> {
            assertThat(findings(line)).isEmpty();
            assertThat(line.text("event.outcome")).contains("success");
            assertThat(line.text("imds.advice")).isEmpty();
        });
    }

    @Test
    void answerThatNeverCameToTheHostIsAnUnansweredRequest() {
        try (PacketFilter filter =
                PacketFilter.dropping(scene.topology().imds(), "ip", "output", "tcp sport 80 meta length > 120")) {
            ClientRun run = scene.run(scene.topology().container(0), put("--max-time", "1"));

            assertThat(filter.dropped()).isPositive();
            assertUnanswered(run, "unknown");
        }
    }

    @Test
    void answerThatAFirewallOfTheHostStopsIsNoMatterOfTheHopLimit() {
        scene.emulator().set("hop-limit", "64");
        try (PacketFilter filter =
                PacketFilter.dropping(scene.topology().host(), "ip", "forward", "tcp sport 80 meta length > 120")) {
            ClientRun run = scene.run(scene.topology().container(0), put("--max-time", "1"));

            assertThat(filter.dropped()).isPositive();
            assertUnanswered(run, "failure");
        } finally {
            scene.emulator().set("hop-limit", "1");
        }
    }

    @Test
    void answerThatIsLostOnceAndThenComesIsNoFinding() {
        scene.emulator().set("hop-limit", "2");
        try (PacketFilter filter = PacketFilter.droppingFirst(
                scene.topology().host(), "ip", "forward", "tcp sport 80 meta length > 120")) {
            ClientRun run = scene.run(scene.topology().container(0), put("--max-time", "5"));

            assertThat(filter.dropped()).isEqualTo(1);
            assertThat(run.exitCode()).isZero();
            assertThat(run.lines())
                    .singleElement()
                    .satisfies(line -> assertThat(findings(line)).isEmpty());
        } finally {
            scene.emulator().set("hop-limit", "1");
        }
    }

    private static void assertUnanswered(ClientRun run, String outcome) {
        assertThat(run.lines()).singleElement().satisfies(line -> {
            print("no answer for another cause", line);
            assertThat(findings(line)).containsExactly("token-unanswered");
            assertThat(line.text("event.outcome")).contains(outcome);
            assertThat(line.text("imds.advice").orElse("")).contains("firewall").doesNotContain("hop-limit");
        });
    }

    private static void assertDropped(LogLine line) {
        assertThat(findings(line)).as(line.toString()).containsExactly("token-response-dropped");
        assertThat(line.text("event.outcome")).contains("failure");
        assertThat(line.text("imds.advice").orElse("")).contains(RAISE);
    }

    private static void assertFallback(LogLine line) {
        assertThat(findings(line)).as(line.toString()).containsExactly("imdsv1-request", "imdsv1-fallback");
        assertThat(line.text("imds.advice").orElse("")).contains(RAISE).startsWith("Do not upgrade");
    }

    /** The two lines of AWS's documents, as people write them: the token is not looked at. */
    private static List<String> script(String address) {
        return List.of(
                "sh",
                "-c",
                "TOKEN=$(curl -sg --max-time 1 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://" + address
                        + "/latest/api/token); curl -sg -H \"X-aws-ec2-metadata-token: $TOKEN\" http://" + address
                        + "/latest/meta-data/instance-id; :");
    }

    private static List<String> put(String... options) {
        List<String> command = new ArrayList<>(List.of("curl", "-s"));
        command.addAll(List.of(options));
        command.addAll(List.of("-X", "PUT", "-H", "X-aws-ec2-metadata-token-ttl-seconds: 60"));
        command.add("http://169.254.169.254/latest/api/token");
        return command;
    }

    private static List<LogLine> tokenRequests(ClientRun run) {
        return run.lines().stream().filter(HopLimitIT::isTokenRequest).toList();
    }

    private static List<LogLine> otherRequests(ClientRun run) {
        return run.lines().stream().filter(line -> !isTokenRequest(line)).toList();
    }

    private static boolean isTokenRequest(LogLine line) {
        return line.text("imds.operation").equals(Optional.of("token"));
    }

    private static List<Long> pids(List<LogLine> lines) {
        return lines.stream()
                .map(line -> line.number("process.pid").orElseThrow())
                .toList();
    }

    private static List<String> findings(LogLine line) {
        List<String> codes = new ArrayList<>();
        line.json().path("imds").path("findings").forEach(one -> codes.add(one.asString()));
        return codes;
    }

    private static LogLine awaitLine(String target) {
        Await.until("the log has " + target, LIMIT, () -> lineOf(target).isPresent(), scene.analyzer()::diagnostics);
        return lineOf(target).orElseThrow();
    }

    private static Optional<LogLine> lineOf(String target) {
        return scene.analyzer().requests().stream()
                .filter(line -> line.target().equals(target))
                .findFirst();
    }

    private static void create(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The line without what only this machine has in it. */
    private static void print(String title, LogLine line) {
        ObjectNode shown = (ObjectNode) line.json().deepCopy();
        ((ObjectNode) shown.path("process")).retain("pid", "name");
        System.out.println(title + ": " + shown.without("host"));
    }
}
