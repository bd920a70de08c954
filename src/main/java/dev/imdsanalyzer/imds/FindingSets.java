package dev.imdsanalyzer.imds;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Unmodifiable sets of findings in the enum's order; the few that occur are made once. */
public final class FindingSets {
    /** By a bit for each. */
    private static final Map<Long, Set<Finding>> KNOWN = new ConcurrentHashMap<>();

    private FindingSets() {}

    public static Set<Finding> of(EnumSet<Finding> findings) {
        if (findings.isEmpty()) {
            return Set.of();
        }
        long bits = 0;
        for (Finding finding : findings) {
            bits |= 1L << finding.ordinal();
        }
        Set<Finding> known = KNOWN.get(bits);
        if (known != null) {
            return known;
        }
        Set<Finding> copy = Collections.unmodifiableSet(EnumSet.copyOf(findings));
        Set<Finding> earlier = KNOWN.putIfAbsent(bits, copy);
        return earlier != null ? earlier : copy;
    }

    public static Set<Finding> with(Set<Finding> findings, Finding more) {
        EnumSet<Finding> copy = EnumSet.of(more);
        copy.addAll(findings);
        return of(copy);
    }
}
