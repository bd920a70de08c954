package dev.imdsanalyzer.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import org.junit.jupiter.api.Test;

class PrivilegesTest {
    private static final KernelRelease NEW = new KernelRelease(6, 1);
    private static final KernelRelease OLD = new KernelRelease(5, 4);

    /** Bits 2, 13, 19, 38, 39. */
    private static final String UNIT = "000000c000082004";

    @Test
    void unitOfThePackageLacksNothing() {
        assertThat(lacks(UNIT, NEW)).isEmpty();
    }

    @Test
    void capabilitiesThatAnOldSystemdDroppedAreNamed() {
        Privileges privileges = of("0000000000082004");

        assertThat(privileges.missingForConnect(NEW)).isEqualTo("CAP_BPF, CAP_PERFMON");
        assertThat(privileges.otherLacks(NEW)).isEmpty();
        assertThat(of("0000008000082004").missingForConnect(NEW)).isEqualTo("CAP_PERFMON");
    }

    @Test
    void kernelBefore58WantsWhatTheUnitDoesNotGive() {
        assertThat(of(UNIT).missingForConnect(OLD)).isEqualTo("CAP_SYS_ADMIN");
        assertThat(of("0000000000282004").missingForConnect(OLD)).isEmpty();
    }

    @Test
    void eachOtherLackSaysWhatItCosts() {
        assertThat(of("0000000000000000").otherLacks(NEW))
                .satisfiesExactly(
                        captureLack -> assertThat(captureLack)
                                .isEqualTo("CAP_NET_RAW is not effective: no call can be seen at all"),
                        tracefsLack ->
                                assertThat(tracefsLack).startsWith("CAP_DAC_READ_SEARCH is not effective: connects"),
                        processLack -> assertThat(processLack)
                                .startsWith("CAP_SYS_PTRACE is not effective: callers of other"));
    }

    @Test
    void maskIsReadAmongTheOtherLines() {
        Privileges all = Privileges.of("CapPrm:\t0000000000000001\nCapEff:\tffffffffffffffff\nCapBnd:\t0\n");
        assertThat(Privileges.needs(NEW)).allMatch(all::has);
        assertThat(Privileges.needs(NEW)).noneMatch(Privileges.of("CapEff:\tnonsense\n")::has);
    }

    @LinuxOnly("/proc/self/status")
    @Test
    void ownStatusIsReadable() {
        // Whatever this user may do: a status file that cannot be read would show as no capability at all.
        assertThat(java.nio.file.Path.of("/proc/self/status")).content().containsPattern("(?m)^CapEff:\\s*[0-9a-f]+$");
        assertThat(Privileges.own()).isNotNull();
    }

    private static Privileges of(String mask) {
        return Privileges.of("Name:\tjava\nCapEff:\t" + mask + "\nSeccomp:\t0\n");
    }

    private static String lacks(String mask, KernelRelease kernel) {
        return of(mask).missingForConnect(kernel) + String.join("", of(mask).otherLacks(kernel));
    }
}
