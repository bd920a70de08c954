package dev.imdsanalyzer.imds;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Unmodifiable sets of findings in the enum's order; the few that occur are made once. */
final class FindingSets {
    private static final Map<Set<Finding>, Set<Finding>> KNOWN = new ConcurrentHashMap<>();

    private FindingSets() {}

    static Set<Finding> of(EnumSet<Finding> findings) {
        if (findings.isEmpty()) {
            return Set.of();
        }
        Set<Finding> known = KNOWN.get(findings);
        if (known != null) {
            return known;
        }
        Set<Finding> copy = Collections.unmodifiableSet(EnumSet.copyOf(findings));
        Set<Finding> earlier = KNOWN.putIfAbsent(copy, copy);
        return earlier != null ? earlier : copy;
    }

    static Set<Finding> with(Set<Finding> findings, Finding more) {
        EnumSet<Finding> copy = EnumSet.of(more);
        copy.addAll(findings);
        return of(copy);
    }
}
