package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the doctor says of a host that has everything, of one without IMDS, and to a user who may do nothing. */
@LiveTest
class DoctorIT extends OneScene {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void rootHasAllThatIsNeeded() {
        int before = scene.emulator().truth().size();

        JsonNode diagnosis = json(Analyzer.command("doctor", "--json"));

        assertThat(diagnosis.at("/state").asString()).as(diagnosis.toString()).isIn("ok", "weak");
        for (String name : List.of("configuration", "CAP_NET_RAW", "capture", "kernel", "tracefs", "connect", "proc")) {
            assertThat(state(diagnosis, name)).as(diagnosis.toString()).isEqualTo("ok");
        }
        assertThat(found(diagnosis, "route")).contains("IPv4 by eth0").contains("IPv6 by eth0");
        assertThat(scene.emulator().truth())
                .as("without --live nothing is sent")
                .hasSize(before);
    }

    @Test
    void liveTrialFindsItsOwnCall() {
        int before = scene.emulator().truth().size();

        JsonNode diagnosis = json(Analyzer.command("doctor", "--json", "--live"));

        assertThat(state(diagnosis, "live")).as(diagnosis.toString()).isEqualTo("ok");
        assertThat(found(diagnosis, "live")).contains("IMDS answered 200").contains("by connect");
        assertThat(scene.emulator()
                        .truth()
                        .subList(before, scene.emulator().truth().size()))
                .singleElement()
                .satisfies(call -> {
                    assertThat(call.target()).isEqualTo("/latest/api/token");
                    assertThat(call.userAgent()).contains("imds-packet-analyzer-doctor");
                });
    }

    @Test
    void liveTrialSaysThatThereIsNoImds() {
        try (NetworkNamespace lonely = NetworkNamespace.create()) {
            lonely.ip("link set lo up");
            String text = Processes.output(lonely.command(Analyzer.command("doctor", "--live")), LIMIT);

            assertThat(text).contains("no answer from IMDS").contains("IPv4 has no route");
            assertThat(text).containsPattern("(?m)^Missing: live\\.");
        }
    }

    @Test
    void userWithoutCapabilitiesIsToldWhatIsMissing() {
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "--inh-caps=-all",
                "--bounding-set=-all"));
        command.addAll(List.of(
                Checkout.applicationForEverybody()
                        .resolve("bin/imds-packet-analyzer")
                        .toString(),
                "doctor",
                "--json",
                "--live"));

        JsonNode diagnosis = json(command);

        assertThat(diagnosis.at("/state").asString()).isEqualTo("missing");
        assertThat(state(diagnosis, "CAP_NET_RAW")).isEqualTo("missing");
        assertThat(state(diagnosis, "capture")).isEqualTo("missing");
        assertThat(state(diagnosis, "live")).isEqualTo("missing");
        assertThat(found(diagnosis, "live")).startsWith("not tried: ");
        for (String name : List.of("CAP_BPF", "CAP_PERFMON", "CAP_SYS_PTRACE", "connect", "proc")) {
            assertThat(state(diagnosis, name)).as(diagnosis.toString()).isEqualTo("weak");
        }
    }

    /** Standard output and error come together; the object is the line that begins as one. */
    private static JsonNode json(List<String> command) {
        String output = Processes.output(scene.topology().host().command(command), LIMIT);
        return new JsonMapper()
                .readTree(output.lines()
                        .filter(line -> line.startsWith("{"))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(output)));
    }

    private static String state(JsonNode diagnosis, String name) {
        return check(diagnosis, name).path("state").asString();
    }

    private static String found(JsonNode diagnosis, String name) {
        return check(diagnosis, name).path("found").asString();
    }

    private static JsonNode check(JsonNode diagnosis, String name) {
        for (JsonNode check : diagnosis.path("checks")) {
            if (check.path("name").asString().equals(name)) {
                return check;
            }
        }
        throw new AssertionError("no check " + name + " in " + diagnosis);
    }
}
