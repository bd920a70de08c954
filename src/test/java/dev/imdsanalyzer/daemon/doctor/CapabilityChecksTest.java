package dev.imdsanalyzer.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.daemon.doctor.Check.State;
import dev.imdsanalyzer.daemon.host.KernelRelease;
import dev.imdsanalyzer.daemon.host.Privileges;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CapabilityChecksTest {
    private static final KernelRelease NEW = new KernelRelease(6, 1);
    private static final KernelRelease OLD = new KernelRelease(5, 4);

    @Test
    void rootHasEverything() {
        assertThat(states("000001ffffffffff", NEW))
                .hasSize(5)
                .containsOnly(
                        Map.entry("CAP_NET_RAW", State.OK),
                        Map.entry("CAP_BPF", State.OK),
                        Map.entry("CAP_PERFMON", State.OK),
                        Map.entry("CAP_DAC_READ_SEARCH", State.OK),
                        Map.entry("CAP_SYS_PTRACE", State.OK));
    }

    @Test
    void onlyTheCaptureCannotDoWithoutItsCapability() {
        assertThat(states("0000000000000000", NEW))
                .containsEntry("CAP_NET_RAW", State.MISSING)
                .containsEntry("CAP_BPF", State.WEAK)
                .containsEntry("CAP_PERFMON", State.WEAK)
                .containsEntry("CAP_DAC_READ_SEARCH", State.WEAK)
                .containsEntry("CAP_SYS_PTRACE", State.WEAK);
    }

    @Test
    void systemAdministrationStandsInForBpf() {
        // Bits 13 and 21.
        assertThat(states("0000000000202000", NEW))
                .containsEntry("CAP_NET_RAW", State.OK)
                .containsEntry("CAP_BPF", State.OK)
                .containsEntry("CAP_PERFMON", State.OK)
                .containsEntry("CAP_SYS_PTRACE", State.WEAK);
    }

    @Test
    void kernelsBefore58WantSystemAdministration() {
        assertThat(states("000000c000002000", OLD))
                .containsEntry("CAP_SYS_ADMIN", State.WEAK)
                .doesNotContainKeys("CAP_BPF", "CAP_PERFMON");
        assertThat(states("0000000000202000", OLD)).containsEntry("CAP_SYS_ADMIN", State.OK);
    }

    @Test
    void eachLackSaysWhatItCostsAndHowToMendIt() {
        assertThat(CapabilityChecks.of(Privileges.of(""), NEW)).allSatisfy(check -> {
            assertThat(check.cost()).isNotBlank();
            assertThat(check.mend()).contains(check.name());
        });
    }

    private static Map<String, State> states(String mask, KernelRelease kernel) {
        List<Check> checks =
                CapabilityChecks.of(Privileges.of("Name:\tjava\nCapEff:\t" + mask + "\nSeccomp:\t0\n"), kernel);
        return checks.stream().collect(Collectors.toMap(Check::name, Check::state));
    }
}
