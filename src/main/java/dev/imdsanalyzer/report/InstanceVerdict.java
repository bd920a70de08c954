package dev.imdsanalyzer.report;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What is known about one instance. Times and lengths: microseconds.
 *
 * @param reasons clauses for a person, the weightiest first; never empty
 * @param proven the time in which it was watched without loss
 * @param cleanMicros proven time since the last IMDSv1 call, or since the beginning where there is none
 * @param missingMicros how much of the window is still to be watched; 0 if nothing
 * @param required whether IMDSv2 is required there already; the reasons say how that is known
 * @param bootSeen whether a boot was watched in the window, so that whoever calls at boot was seen or there is none
 * @param forecast when it becomes READY if nobody calls IMDSv1 until then and all time is watched; {@link Tally#NEVER} where it is
 *     READY, or waiting does not help
 * @param witnesses what CloudWatch and CloudTrail say of it beside the log, where they were asked
 * @param missed sessions in CloudTrail whose fetch by IMDSv1 the log must have and has not
 * @param excesses periods in which CloudWatch counted more IMDSv1 calls than the log shows
 */
public record InstanceVerdict(
        Instance instance,
        Verdict verdict,
        List<String> reasons,
        IntervalSet proven,
        long cleanMicros,
        long missingMicros,
        boolean required,
        boolean bootSeen,
        long forecast,
        List<Witness> witnesses,
        List<TrailSession> missed,
        List<MetricSeries.Excess> excesses) {

    /** Whether neither the log nor CloudWatch knows a call of it, of either version. */
    public boolean silent() {
        return instance.tally().total() == 0
                && instance.undatedV1() == 0
                && !instance.reportsCalls()
                && excesses.isEmpty();
    }

    /** Whether a call then is still in the way: less than the window was watched since. */
    boolean holds(long call, long windowMicros) {
        return call != Tally.NEVER && proven.measure(call, Long.MAX_VALUE) < windowMicros;
    }

    /** What that means; null where it is not silent. Only proof makes it advice: an unwatched host is silent too. */
    public String aboutSilence() {
        if (!silent() || proven.isEmpty()) {
            return null;
        }
        if (verdict != Verdict.READY) {
            return "no call of either version so far";
        }
        if (instance.traits().credentialsUsed()) {
            return "no call of either version in the log, though CloudTrail saw its role's credentials used: the endpoint is needed";
        }
        if (instance.traits().isNode()) {
            return "no call of either version; it is a node of a cluster, whose agents need the endpoint";
        }
        return mayTurnOff()
                ? "no call of either version, at boot neither: the endpoint may be turned off altogether"
                : "no call of either version; no boot was seen in that time, and the next may need the endpoint";
    }

    /** Whether nothing speaks for leaving the endpoint on: READY, silent, and its boot was watched. */
    public boolean mayTurnOff() {
        return verdict == Verdict.READY
                && silent()
                && bootSeen
                && !instance.traits().isNode()
                && !instance.traits().credentialsUsed();
    }

    /** What this witness says, in a clause; empty where it was not asked. */
    public String witness(String name) {
        return witnesses.stream()
                .filter(witness -> witness.name().startsWith(name))
                .map(Witness::sentence)
                .collect(Collectors.joining("; "));
    }
}
