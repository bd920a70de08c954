package dev.imdsanalyzer.daemon.calls;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * Connects to IMDS that the kernel reported and the capture has not shown.
 *
 * @param count of them
 * @param whose who made how many, a clause for a person
 */
public record UnseenConnects(long count, String whose) {
    static final UnseenConnects NONE = new UnseenConnects(0, "");

    /** @param byCaller how many each has made */
    static UnseenConnects of(Map<String, Long> byCaller) {
        return new UnseenConnects(
                byCaller.values().stream().mapToLong(Long::longValue).sum(),
                byCaller.entrySet().stream()
                        .map(caller -> caller.getValue() + " by " + caller.getKey())
                        .collect(Collectors.joining(", ")));
    }
}
