package dev.imdsanalyzer.kernel.bpf;

import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.kernel.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether this host lets us open perf events at all. The kernels of Debian (kernel.perf_event_paranoid 3 by default) and of
 * Ubuntu (4) refuse that above 2 to everybody without CAP_SYS_ADMIN, whatever CAP_PERFMON says; mainline knows no such level.
 */
final class PerfEventPolicy {
    private static final Path PARANOID = Path.of("/proc/sys/kernel/perf_event_paranoid");
    private static final int HIGHEST_OF_MAINLINE = 2;

    private PerfEventPolicy() {}

    /** Why they are refused, as a sentence for the user; null if they are not. */
    static String refusal() {
        return refusal(PARANOID, Capabilities.has(Capability.CAP_SYS_ADMIN));
    }

    static String refusal(Path setting, boolean systemAdministration) {
        int level;
        try {
            level = Integer.parseInt(Files.readString(setting).strip());
        } catch (IOException | NumberFormatException e) {
            return null;
        }
        if (level <= HIGHEST_OF_MAINLINE || systemAdministration) {
            return null;
        }
        return "kernel.perf_event_paranoid is " + level + ", with which only CAP_SYS_ADMIN opens perf events";
    }
}
