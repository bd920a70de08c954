package dev.imdsanalyzer.daemon.host;

import dev.imdsanalyzer.kernel.Capability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The effective capabilities of this process, by {@code CapEff} of /proc/self/status (proc_pid_status(5)), and what each
 * is for. Looked at, not taken for granted: systemd before 247 drops those that it does not know from a unit without a
 * word.
 */
public final class Privileges {
    /** What it costs when the kernel does not report connects. */
    public static final String SOCKETS_ALONE =
            "callers are found by their sockets alone, which misses programs that end at once";

    private static final Pattern EFFECTIVE = Pattern.compile("(?m)^CapEff:\\s*([0-9a-f]{1,16})$");

    private final long effective;

    private Privileges(long effective) {
        this.effective = effective;
    }

    /**
     * What a capability is for.
     *
     * @param purpose what it does, as a verb phrase
     * @param cost what its lack does to the result, as a clause
     * @param forConnect whether it is needed for the kernel's reports of connects
     * @param administrationStandsIn whether CAP_SYS_ADMIN does as well
     */
    public record Need(
            Capability capability, String purpose, String cost, boolean forConnect, boolean administrationStandsIn) {}

    /** Of this process. */
    public static Privileges own() {
        try {
            return of(Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return new Privileges(0);
        }
    }

    /** @param status the text of /proc/self/status; without the line CapEff nothing is effective */
    public static Privileges of(String status) {
        Matcher matcher = EFFECTIVE.matcher(status);
        return new Privileges(matcher.find() ? Long.parseUnsignedLong(matcher.group(1), 16) : 0);
    }

    /** What is wanted on a kernel, the most important first. */
    public static List<Need> needs(KernelRelease kernel) {
        List<Need> needs = new ArrayList<>();
        needs.add(new Need(Capability.CAP_NET_RAW, "opens the capture", "no call can be seen at all", false, false));
        if (kernel.atLeast(5, 8)) {
            needs.add(
                    new Need(Capability.CAP_BPF, "loads the program that reports connects", SOCKETS_ALONE, true, true));
            needs.add(new Need(Capability.CAP_PERFMON, "attaches it to the tracepoint", SOCKETS_ALONE, true, true));
        } else {
            needs.add(new Need(
                    Capability.CAP_SYS_ADMIN,
                    "loads and attaches the program that reports connects on kernels before 5.8",
                    SOCKETS_ALONE,
                    true,
                    false));
        }
        needs.add(new Need(
                Capability.CAP_DAC_READ_SEARCH,
                "reads tracefs and the package databases of every container",
                "connects are not reported where tracefs is for root alone and there is no BTF, and some packages are not named",
                false,
                false));
        needs.add(new Need(
                Capability.CAP_SYS_PTRACE,
                "reads other users' processes: executable, working directory, sockets, namespaces",
                "callers of other users are named by what the kernel reports at their connect, or not at all",
                false,
                false));
        return needs;
    }

    /** Whether the need is met by its own capability. */
    public boolean has(Need need) {
        return has(need.capability());
    }

    /** Whether it is met, by whatever capability. */
    public boolean meets(Need need) {
        return has(need) || (need.administrationStandsIn() && has(Capability.CAP_SYS_ADMIN));
    }

    private boolean has(Capability capability) {
        return (effective >>> capability.number() & 1) != 0;
    }

    /** Those that are wanted for connects and not met: {@code CAP_BPF, CAP_PERFMON}; empty when all are met. */
    public String missingForConnect(KernelRelease kernel) {
        return String.join(
                ", ",
                needs(kernel).stream()
                        .filter(need -> need.forConnect() && !meets(need))
                        .map(need -> need.capability().name())
                        .toList());
    }

    /** Each other need that is not met, with what that costs. */
    public List<String> otherLacks(KernelRelease kernel) {
        return needs(kernel).stream()
                .filter(need -> !need.forConnect() && !meets(need))
                .map(need -> need.capability() + " is not effective: " + need.cost())
                .toList();
    }
}
