package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.kernel.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The effective capabilities, from {@code CapEff} of /proc/self/status (proc_pid_status(5)). */
final class CapabilityChecks {
    private static final Pattern EFFECTIVE = Pattern.compile("(?m)^CapEff:\\s*([0-9a-f]{1,16})$");

    private final long effective;
    private final KernelRelease kernel;
    private final List<Check> checks = new ArrayList<>();

    private CapabilityChecks(long effective, KernelRelease kernel) {
        this.effective = effective;
        this.kernel = kernel;
    }

    /** @param status the text of /proc/self/status */
    static List<Check> of(String status, KernelRelease kernel) {
        return new CapabilityChecks(effective(status), kernel).all();
    }

    /** The mask of a status file; 0 where it has none. */
    static long effective(String status) {
        Matcher matcher = EFFECTIVE.matcher(status);
        return matcher.find() ? Long.parseUnsignedLong(matcher.group(1), 16) : 0;
    }

    private List<Check> all() {
        String capture = "opens the capture";
        checks.add(
                has(Capability.CAP_NET_RAW)
                        ? Check.ok("CAP_NET_RAW", "effective; " + capture)
                        : Check.missing(
                                "CAP_NET_RAW",
                                "not effective; it " + capture,
                                "no call can be seen at all",
                                grant(Capability.CAP_NET_RAW)));
        if (kernel.atLeast(5, 8)) {
            String socketsAlone = "callers are found by their sockets alone, which misses programs that end at once";
            useful(Capability.CAP_BPF, "loads the program that reports connects", socketsAlone, true);
            useful(Capability.CAP_PERFMON, "attaches it to the tracepoint", socketsAlone, true);
        } else {
            useful(
                    Capability.CAP_SYS_ADMIN,
                    "loads and attaches the program that reports connects on kernels before 5.8",
                    "callers are found by their sockets alone, which misses programs that end at once",
                    false);
        }
        useful(
                Capability.CAP_DAC_READ_SEARCH,
                "reads tracefs and the package databases of every container",
                "connects are not reported where tracefs is for root alone, and some packages are not named",
                false);
        useful(
                Capability.CAP_SYS_PTRACE,
                "reads other users' processes: executable, working directory, sockets, namespaces",
                "callers of other users are named by what the kernel reports at their connect, or not at all",
                false);
        return checks;
    }

    private void useful(Capability capability, String purpose, String cost, boolean inSystemAdministration) {
        if (has(capability)) {
            checks.add(Check.ok(capability.name(), "effective; " + purpose));
        } else if (inSystemAdministration && has(Capability.CAP_SYS_ADMIN)) {
            checks.add(Check.ok(capability.name(), "CAP_SYS_ADMIN stands in for it; " + purpose));
        } else {
            checks.add(Check.weak(capability.name(), "not effective; it " + purpose, cost, grant(capability)));
        }
    }

    private boolean has(Capability capability) {
        return (effective >>> capability.number() & 1) != 0;
    }

    private static String grant(Capability capability) {
        return "run as root, or add " + capability + " to AmbientCapabilities= and CapabilityBoundingSet= of the unit";
    }
}
