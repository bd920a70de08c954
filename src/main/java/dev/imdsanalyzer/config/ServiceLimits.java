package dev.imdsanalyzer.config;

import java.util.ArrayList;
import java.util.List;

/**
 * What fits into the service as it is installed. More is allowed, for whoever gives the service more memory, and said.
 *
 * <p>The numbers are those of {@code bin/imds-packet-analyzer} and of the unit, with what the program takes for itself
 * left out: about 24 MiB of the heap, and about 96 MiB in all.
 */
public final class ServiceLimits {
    private static final String HEAP = "the service's heap of 64 MiB (IMDS_ANALYZER_HEAP)";
    private static final String MEMORY = "the service's memory of 192 MiB (MemoryMax= of its unit)";
    private static final long MOST_BUFFER_BYTES = 32L << 20;
    private static final long MOST_STREAM_BYTES = 16L << 20;
    private static final long MOST_CONNECTIONS = 65_536;
    private static final long MOST_QUEUED = 65_536;

    private ServiceLimits() {}

    /** One sentence for each value that is too large for the service. */
    public static List<String> warnings(Configuration configuration) {
        List<String> warnings = new ArrayList<>();
        check(configuration, Setting.CAPTURE_BUFFER, MOST_BUFFER_BYTES, MEMORY, warnings);
        check(configuration, Setting.LIMITS_CONNECTIONS, MOST_CONNECTIONS, HEAP, warnings);
        check(configuration, Setting.LIMITS_TOTAL_BYTES, MOST_STREAM_BYTES, HEAP, warnings);
        check(configuration, Setting.OUTPUT_QUEUE, MOST_QUEUED, HEAP, warnings);
        return warnings;
    }

    private static void check(
            Configuration configuration, Setting setting, long most, String limit, List<String> warnings) {
        long value = configuration.number(setting);
        if (value > most) {
            warnings.add(setting.key() + "=" + value + " is more than " + limit
                    + " carries beside the rest, which is about " + most + ": raise both, or lower it");
        }
    }
}
