package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.daemon.doctor.Check.State;
import java.util.Comparator;
import java.util.List;

/**
 * All checks together.
 *
 * @param version of the program
 * @param checks in the order to be told
 */
public record Diagnosis(String version, List<Check> checks) {
    /** Takes a copy. */
    public Diagnosis {
        checks = List.copyOf(checks);
    }

    /** The worst of all. */
    public State state() {
        return checks.stream().map(Check::state).max(Comparator.naturalOrder()).orElse(State.OK);
    }

    /** Whether everything is there that the analyzer cannot work without. */
    public boolean canWork() {
        return state() != State.MISSING;
    }

    /** The name of the first thing that is missing; null if nothing is. */
    public String firstMissing() {
        List<String> missing = named(State.MISSING);
        return missing.isEmpty() ? null : missing.get(0);
    }

    /** The names of the checks that came to this. */
    List<String> named(State state) {
        return checks.stream()
                .filter(check -> check.state() == state)
                .map(Check::name)
                .toList();
    }
}
