package dev.imdsanalyzer.report.show;

import dev.imdsanalyzer.imds.Finding;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code show} is asked for.
 *
 * @param inputs files, folders and pipes; {@code -} for standard input
 * @param filter which lines are wanted
 * @param follow whether to go on with what is written later
 * @param colour whether to write ANSI escapes
 * @param columns width of the terminal; 0 where lines are not to be fitted
 */
public record ShowOptions(List<String> inputs, Filter filter, boolean follow, boolean colour, int columns) {
    public ShowOptions {
        inputs = List.copyOf(inputs);
    }

    /**
     * Which lines are wanted: those that hold all of it. Empty lists and nulls hold everywhere.
     *
     * @param since the first moment
     * @param until the first moment that is too late
     * @param findings codes, of which a line has one at least
     * @param callers parts of a label, program, script, unit or container name, or a fingerprint; in any case; one holds
     * @param instances ids or host names; one holds
     * @param versions {@code v1}, {@code v2} or {@code unknown}; one holds
     */
    public record Filter(
            Instant since,
            Instant until,
            List<String> findings,
            List<String> callers,
            List<String> instances,
            List<String> versions) {
        public Filter {
            findings = List.copyOf(findings);
            callers = List.copyOf(callers);
            instances = List.copyOf(instances);
            versions = List.copyOf(versions);
        }

        /** Codes that a line can have. */
        public static List<String> knownFindings() {
            return Arrays.stream(Finding.values()).map(Finding::code).toList();
        }

        /** Whether calls alone can hold it. */
        boolean wantsCallsOnly() {
            return !findings.isEmpty() || !callers.isEmpty() || !versions.isEmpty();
        }
    }
}
