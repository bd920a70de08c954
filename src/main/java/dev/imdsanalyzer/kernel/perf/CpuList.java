package dev.imdsanalyzer.kernel.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The kernel's lists of CPU numbers, such as {@code 0-3,5}: Documentation/admin-guide/cputopology.rst. */
public final class CpuList {
    private static final int MAXIMUM_CPUS = 8192;

    private CpuList() {}

    public static List<Integer> online() throws IOException {
        return parse(Files.readString(Path.of("/sys/devices/system/cpu/online")));
    }

    /** One more than the largest number a CPU of this machine can have. */
    public static int possible() throws IOException {
        List<Integer> cpus = parse(Files.readString(Path.of("/sys/devices/system/cpu/possible")));
        return cpus.get(cpus.size() - 1) + 1;
    }

    /** Throws IOException for a text that is no such list, or is an empty one. */
    static List<Integer> parse(String text) throws IOException {
        List<Integer> cpus = new ArrayList<>();
        try {
            for (String range : text.strip().split(",", -1)) {
                int dash = range.indexOf('-');
                int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
                int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
                if (first < 0 || last < first || last >= MAXIMUM_CPUS) {
                    throw new IOException("no list of CPUs: " + text.strip());
                }
                for (int cpu = first; cpu <= last; cpu++) {
                    cpus.add(cpu);
                }
            }
        } catch (NumberFormatException e) {
            throw new IOException("no list of CPUs: " + text.strip(), e);
        }
        return cpus;
    }
}
