package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.kernel.bpf.ConnectPeers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users without any capability flood connects to IMDS's address in networks of their own, which send no packet on the host.
 * Meanwhile callers that are gone at once are all named, memory stays within its bound, and the log tells whose connect events
 * were lost.
 */
@LiveTest
class ConnectFloodIT {
    private static final int FLOODER = 54_321;
    private static final int SECONDS = 60;
    private static final int CALLERS = 160;
    /** As in {@link HostileTrafficIT}: with every table full. */
    private static final long RESIDENT_KIB = 192 * 1024;

    /** Each program of that many seconds is one of a loop, so that no two connects come from the same process. */
    private static final String PROCESSES =
            "end=$(($(date +%s) + $2)); while [ $(date +%s) -lt $end ]; do \"$1\" refused \"$3\" 3; done";

    @TempDir
    static Path programs;

    @TempDir
    Path folder;

    @TempDir
    Path pids;

    private static Path program;

    @BeforeEach
    void compile() throws IOException {
        Files.setPosixFilePermissions(programs, PosixFilePermissions.fromString("rwxr-xr-x"));
        program = ConnectPeers.compile(programs);
    }

    /** Starts a user's flood in a network namespace of his own. */
    private static Process flood(int user, String... command) {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups"));
        all.addAll(List.of("unshare", "--user", "--map-root-user", "--net", "sh", "-c"));
        all.add("ip link set lo up && ip addr add 169.254.169.254/32 dev lo && exec \"$@\"");
        all.add("sh");
        all.addAll(List.of(command));
        return Processes.start(
                new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD));
    }

    private static Process floodFromOneProcess(int user) {
        return flood(user, program.toString(), "flood", "-", Integer.toString(SECONDS));
    }

    private static Process floodFromManyProcesses(int user) {
        String argument = "x".repeat(30_000);
        return flood(user, "sh", "-c", PROCESSES, "sh", program.toString(), Integer.toString(SECONDS), argument);
    }

    @Test
    void aUserWithManyNetworksTakesNobodysName() {
        assertOthersAreNamed(
                List.of(FLOODER),
                () -> List.of(
                        floodFromOneProcess(FLOODER), floodFromOneProcess(FLOODER), floodFromManyProcesses(FLOODER)));
    }

    @Test
    void severalUsersTakeNobodysName() {
        assertOthersAreNamed(
                List.of(FLOODER, FLOODER + 1, FLOODER + 2),
                () -> List.of(
                        floodFromOneProcess(FLOODER),
                        floodFromOneProcess(FLOODER + 1),
                        floodFromOneProcess(FLOODER + 2)));
    }

    private interface Floods {
        List<Process> start();
    }

    private void assertOthersAreNamed(List<Integer> users, Floods start) {
        try (LiveScene scene = LiveScene.set(folder, false)) {
            List<Process> floods = start.start();
            Map<String, Long> expected = OneShots.run(scene, pids, CALLERS, 8);
            assertThat(floods).as("they go on until the last call").allMatch(Process::isAlive);
            floods.forEach(Processes::stop);
            assertThat(scene.analyzer().requests())
                    .filteredOn(line -> expected.containsKey(line.target()))
                    .hasSameSizeAs(expected.keySet())
                    .allSatisfy(line -> {
                        assertThat(line.number("process.pid")).contains(expected.get(line.target()));
                        assertThat(line.text("process.command_line").orElse("")).contains(line.target());
                        assertThat(line.text("process.parent.name")).contains("xargs");
                    });
            assertThat(Processes.residentKib(scene.analyzer().pid())).isLessThan(RESIDENT_KIB);
            assertThat(scene.analyzer().stop()).isZero();
            assertLossesAreTold(scene.analyzer().lines(), users);
        }
    }

    private static void assertLossesAreTold(List<LogLine> lines, List<Integer> users) {
        assertThat(lines)
                .filteredOn(line -> line.text("event.action").equals(Optional.of("imds-summary")))
                .last()
                .satisfies(summary ->
                        assertThat(summary.text("message").orElse("")).contains(" connect events lost"));
        List<String> reasons = lines.stream()
                .filter(line -> line.number("imds.gap.connect_events_lost").orElse(0L) > 0)
                .map(line -> line.text("event.reason").orElse(""))
                .toList();
        for (int user : users) {
            assertThat(reasons).anyMatch(reason -> reason.contains(" of user " + user));
        }
        assertThat(reasons).noneMatch(reason -> reason.contains(" of user 0"));
    }
}
