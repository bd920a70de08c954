package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.caller.CallerNames;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PathOrigin;
import dev.imdsanalyzer.process.Provenance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckedNamesTest {
    private static CallerBuilder agent() {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .executable("/usr/bin/agent")
                .systemdUnit("agent.service")
                .owner("agent", "1", "deb")
                .user(0, "root");
    }

    private static CallerNames names(CallerBuilder caller, Provenance provenance) {
        return CheckedNames.of(caller.provenance(provenance).build());
    }

    @ParameterizedTest
    @CsvSource({
        // Path, user namespace of the host, whose it is: path and user that count.
        "HOST, true, 0, true, true",
        "HOST, false, 0, true, false",
        "HOST, false, 1000, false, false",
        "HOST, false, -1, false, false",
        "OWN, true, 0, false, true",
        "OWN, false, 1000, false, false",
        "UNKNOWN, true, 0, false, true",
        "UNKNOWN, false, -1, false, false",
    })
    void aPathCountsWhereItIsTheHostsAndTheUserWhereHeIs(
            PathOrigin origin, boolean hostUsers, long usersOwner, boolean path, boolean user) {
        CallerNames names = names(agent(), new Provenance(origin, true, hostUsers, usersOwner, 0, true));

        assertThat(names.path()).isEqualTo(path ? "/usr/bin/agent" : null);
        assertThat(names.packageName()).isEqualTo(path ? "agent" : null);
        assertThat(names.userName()).isEqualTo(user ? "root" : null);
        assertThat(names.userId()).isEqualTo(user ? "0" : null);
    }

    @Test
    void aContainerCountsWhereRootsRuntimeHasMadeItAndItsUnitAndUserNever() {
        CallerBuilder contained = agent().container("3f1c", "docker").pod("0b2f", "burstable");
        CallerNames made = names(contained, new Provenance(PathOrigin.CONTAINER, true, true, 0, 0, false));
        assertThat(made.containerId()).isEqualTo("3f1c");
        assertThat(made.podUid()).isEqualTo("0b2f");
        assertThat(made.unit()).isNull();
        assertThat(made.userId()).isNull();
        assertThat(made.path()).isNull();

        for (long owner : new long[] {1000, -1}) {
            CallerNames claimed = names(contained, new Provenance(PathOrigin.OWN, true, true, 0, owner, true));
            assertThat(claimed.containerId()).isNull();
            assertThat(claimed.podUid()).isNull();
        }
    }

    /** A process may write anything over its arguments, from which its script is read. */
    @Test
    void thePackageOfAScriptDoesNotCount() {
        Provenance hosts = new Provenance(PathOrigin.HOST, true, true, 0, 0, true);
        assertThat(names(agent().script("/usr/bin/aws"), hosts).packageName()).isNull();
    }

    @Test
    void nothingCountsOfACallerThatNobodyKnows() {
        assertThat(CheckedNames.of(Caller.unknown("gone"))).isEqualTo(CallerNames.NONE);
    }
}
