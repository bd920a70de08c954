package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.daemon.host.KernelRelease;
import dev.imdsanalyzer.daemon.host.Privileges;
import dev.imdsanalyzer.daemon.host.Privileges.Need;
import dev.imdsanalyzer.kernel.Capability;
import java.util.List;

/** The effective capabilities, one check each. */
final class CapabilityChecks {
    private CapabilityChecks() {}

    static List<Check> of(Privileges privileges, KernelRelease kernel) {
        return Privileges.needs(kernel).stream()
                .map(need -> of(privileges, need))
                .toList();
    }

    private static Check of(Privileges privileges, Need need) {
        String name = need.capability().name();
        if (privileges.has(need)) {
            return Check.ok(name, "effective; " + need.purpose());
        }
        if (privileges.meets(need)) {
            return Check.ok(name, "CAP_SYS_ADMIN stands in for it; " + need.purpose());
        }
        String found = "not effective; it " + need.purpose();
        String mend = "run as root, or add " + name + " to AmbientCapabilities= and CapabilityBoundingSet= of the unit";
        return need.capability() == Capability.CAP_NET_RAW
                ? Check.missing(name, found, need.cost(), mend)
                : Check.weak(name, found, need.cost(), mend);
    }
}
