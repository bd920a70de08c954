package dev.imdsanalyzer.report;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Callers of any version that turned up in the last days: once all use IMDSv2, that is how a thief of credentials shows.
 *
 * @param from the first call of a new caller lies after it; microseconds since the epoch
 * @param known whether the logs, or the earlier report, go back further than that; where not, nobody is marked
 * @param callers those that are new
 */
public record Newcomers(long from, boolean known, Set<CallerGroup> callers) {
    /** How many days make a caller old. */
    public static final int RECENT_DAYS = 7;

    /** @param earlier null where there is no earlier report */
    static Newcomers of(Collection<CallerGroup> callers, long first, long asOf, EarlierReport earlier) {
        long from = asOf - Duration.ofDays(RECENT_DAYS).toNanos() / 1_000;
        boolean known = first < from || (earlier != null && earlier.isComplete());
        if (!known) {
            return new Newcomers(from, false, Set.of());
        }
        return new Newcomers(
                from,
                true,
                callers.stream()
                        .filter(caller -> caller.tally().first() >= from
                                && (earlier == null || !earlier.callers().containsKey(caller.fingerprint())))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Whether this one is new. */
    public boolean has(CallerGroup caller) {
        return callers.contains(caller);
    }

    /** What that means, where there are any; in a sentence. */
    public static String meaning() {
        return "New means: no call before the last " + RECENT_DAYS
                + " days of the logs, nor in the earlier report. Know each of them; whoever asks for credentials and is nobody's"
                + " is to be looked at first.";
    }
}
