package dev.imdsanalyzer.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.daemon.doctor.Check.State;
import dev.imdsanalyzer.daemon.host.KernelRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceCheckTest {
    private static final KernelRelease KERNEL = new KernelRelease(6, 1);

    /** The five of the packaged unit, as /proc/PID/status of the running service has them. */
    private static final String ALL = "000000c000082004";

    @TempDir
    Path proc;

    @Test
    void hostWithoutTheServiceLacksNothing() {
        assertThat(check(SystemdService.ABSENT)).isEqualTo(check(ShowTexts.service("not-found")));
        assertThat(check(ShowTexts.service("not-found")))
                .isEqualTo(Check.ok("service", "not installed as a systemd service"));
    }

    @Test
    void runningServiceWithAllCapabilitiesIsFine() throws IOException {
        assertThat(running(ALL))
                .isEqualTo(Check.ok(
                        "service",
                        "active (running), pid " + pid() + ", restarted by systemd: 1, with all capabilities wanted"));
    }

    @Test
    void capabilitiesThatSystemdDroppedAreWeak() throws IOException {
        Check check = running("0000000000082004");
        assertThat(check.state()).isEqualTo(State.WEAK);
        assertThat(check.found()).contains("without CAP_BPF, CAP_PERFMON");
        assertThat(check.cost()).containsOnlyOnce("found by their sockets alone");
        assertThat(check.mend()).contains("AmbientCapabilities=").contains("linux-before-5.8.conf");
    }

    @Test
    void exampleForOldKernelsIsNotNamedForOtherCapabilities() throws IOException {
        Check check = running("000000c000002004");
        assertThat(check.found()).endsWith("without CAP_SYS_PTRACE");
        assertThat(check.mend()).contains("CAP_SYS_PTRACE").doesNotContain("linux-before-5.8.conf");
    }

    @Test
    void capabilitiesThatMayNotBeReadAreNotCalledMissing() {
        Check check = check(ShowTexts.service("running"));
        assertThat(check.state()).isEqualTo(State.OK);
        assertThat(check.found()).endsWith("its capabilities cannot be read by this user");
    }

    @Test
    void statusOfTheServiceIsTold() {
        assertThat(check(ShowTexts.service("running", "StatusText", "Capturing on any"))
                        .found())
                .contains("says \"Capturing on any\"");
        Check waiting =
                check(ShowTexts.service("running", "StatusText", "Waiting for the device ens5: no call is seen"));
        assertThat(waiting.state()).isEqualTo(State.WEAK);
        assertThat(waiting.cost()).isEqualTo("no call is seen meanwhile");
    }

    @Test
    void serviceThatWillNotComeBackAtTheBootIsWeak() {
        Check check = check(ShowTexts.service("running", "UnitFileState", "disabled"));
        assertThat(check.state()).isEqualTo(State.WEAK);
        assertThat(check.mend()).isEqualTo("systemctl enable imds-packet-analyzer");
    }

    @Test
    void badConfigurationLeavesTheServiceFailed() {
        Check check = check(ShowTexts.service("failed-78"));
        assertThat(check.state()).isEqualTo(State.MISSING);
        assertThat(check.found()).isEqualTo("failed and not tried again: exit status 78, bad configuration");
        assertThat(check.cost()).isEqualTo("calls are not logged");
        assertThat(check.mend())
                .contains("check-config")
                .contains("journalctl -u imds-packet-analyzer")
                .endsWith("systemctl restart imds-packet-analyzer");
    }

    @Test
    void serviceWithoutAPlaceForItsLinesIsTriedAgain() {
        Check check = check(ShowTexts.service("auto-restart-73"));
        assertThat(check.state()).isEqualTo(State.WEAK);
        assertThat(check.found())
                .startsWith("activating (auto-restart), to be tried again, restarts until now: ")
                .endsWith("ended last by exit status 73, the place for the lines cannot be written to");
        assertThat(check.cost()).isEqualTo("calls are not logged until it runs");
        assertThat(check.mend()).contains("the check output").contains("systemctl status");
    }

    @Test
    void killedServiceNamesTheSignal() {
        assertThat(check(ShowTexts.service("auto-restart-signal")).found()).endsWith("ended last by signal 9");
    }

    @ParameterizedTest
    @CsvSource({
        "69, unavailable",
        "70, a fault in the program",
        "77, a permission is missing",
        "203, cannot be executed",
        "217, no such user",
        "226, sandbox",
        "99, exit status 99"
    })
    void exitStatusIsToldInWords(int status, String words) {
        ServiceEnd end = ServiceEnd.of(ShowTexts.service("failed-78", "ExecMainStatus", Integer.toString(status)));
        assertThat(end.how()).startsWith("exit status " + status).contains(words);
        assertThat(end.mend()).contains("journalctl");
    }

    @ParameterizedTest
    @CsvSource({"watchdog, still works", "timeout, in the time", "oom-kill, memory", "resources, resources"})
    void otherEndsAreToldInWords(String result, String words) {
        assertThat(ServiceEnd.of(ShowTexts.service("failed-78", "Result", result))
                        .how())
                .startsWith(result)
                .contains(words);
    }

    @Test
    void serviceThatIsStoppedIsWeak() {
        Check check = check(ShowTexts.service("inactive"));
        assertThat(check.state()).isEqualTo(State.WEAK);
        assertThat(check.found()).isEqualTo("inactive (dead), never started since the boot, or stopped");
        assertThat(check.cost()).isEqualTo("calls are not logged");
        assertThat(check.mend()).isEqualTo("systemctl enable --now imds-packet-analyzer");
    }

    @Test
    void serviceThatStartsIsNotYetRunning() {
        assertThat(check(ShowTexts.service("starting")))
                .extracting(Check::state, Check::found)
                .containsExactly(State.WEAK, "activating (start)");
    }

    @Test
    void maskedUnitIsToldAlthoughItStillRuns() {
        Check check = check(ShowTexts.service("masked"));
        assertThat(check.state()).isEqualTo(State.WEAK);
        assertThat(check.found()).startsWith("active (running), pid ").endsWith("unit masked");
        assertThat(check.mend()).isEqualTo("systemctl unmask imds-packet-analyzer");
    }

    @Test
    void systemdWithoutAnAnswerIsWeak() {
        assertThat(ServiceCheck.unknown("systemctl gives no answer within 3000 ms"))
                .extracting(Check::name, Check::state)
                .containsExactly("service", State.WEAK);
    }

    private Check running(String effective) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(pid()));
        Files.writeString(folder.resolve("status"), "Name:\tjava\nCapEff:\t" + effective + "\nSeccomp:\t2\n");
        return check(ShowTexts.service("running"));
    }

    private static String pid() {
        return ShowTexts.service("running").property("MainPID");
    }

    private Check check(SystemdService service) {
        return ServiceCheck.of(service, proc, KERNEL);
    }
}
