package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.InputCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The whole answer, as the formats need it. Times: microseconds since the epoch.
 *
 * @param verdict of all instances together: the worst of theirs; WATCH_LONGER where there is none
 * @param asOf the time for which it holds
 * @param first the first line of any kind; equal to {@code asOf} where there is none
 * @param instances the worst first
 * @param callers those with the most IMDSv1 calls first
 * @param blockers those of the callers that keep an instance from READY: less than the window was watched since their last
 *     IMDSv1 call there; the most pressing first
 * @param verdicts the instances again, to look one up
 * @param newest the time of the newest line that counts; {@code asOf} where there is none
 * @param trail what CloudTrail saw; null where it was not asked
 * @param changes what changed since the earlier report; null where none was given
 * @param newcomers callers of the last days
 * @param inventory the account's instances; null where it was not given
 * @param staleness a clause on how old the logs are; null where they are not
 */
public record ReportData(
        ReportOptions options,
        Verdict verdict,
        long asOf,
        long first,
        List<InstanceVerdict> instances,
        List<CallerGroup> callers,
        Tally tally,
        Timeline timeline,
        List<MetricSeries> metrics,
        InputCounts input,
        List<String> warnings,
        List<CallerGroup> blockers,
        Map<Instance, InstanceVerdict> verdicts,
        long newest,
        String staleness,
        Trail trail,
        Changes changes,
        Newcomers newcomers,
        Inventory inventory) {
    /** The same with what changed since an earlier report. */
    ReportData with(Changes told) {
        return new ReportData(
                options, verdict, asOf, first, instances, callers, tally, timeline, metrics, input, warnings, blockers,
                verdicts, newest, staleness, trail, told, newcomers, inventory);
    }

    /** Instances that are READY and have an id for a command. */
    public List<InstanceVerdict> readyForCommands() {
        return instances.stream()
                .filter(instance -> instance.verdict() == Verdict.READY
                        && InstanceIds.isValid(instance.instance().id()))
                .toList();
    }

    /** How many instances have this verdict. */
    public long count(Verdict wanted) {
        return instances.stream()
                .filter(instance -> instance.verdict() == wanted)
                .count();
    }

    /** Callers whose IMDSv1 calls ended before the window: fixed, or gone. */
    public List<CallerGroup> noLongerSeen() {
        Set<CallerGroup> blocking = new HashSet<>(blockers);
        return callers.stream()
                .filter(caller -> caller.tally().v1InTheWay() > 0 && !blocking.contains(caller))
                .toList();
    }

    /**
     * When all instances are READY, if nobody calls IMDSv1 until then and all time is watched; {@link Tally#NEVER} where they are, or
     * waiting does not help.
     */
    public long forecast() {
        boolean lacks = input.damaged() > 0 || (trail != null && !trail.lacks().isEmpty());
        if (verdict == Verdict.READY || lacks) {
            return Tally.NEVER;
        }
        long latest = Tally.NEVER;
        for (InstanceVerdict instance : instances) {
            if (instance.verdict() == Verdict.READY) {
                continue;
            }
            if (instance.forecast() == Tally.NEVER) {
                return Tally.NEVER;
            }
            latest = Math.max(latest, instance.forecast());
        }
        return latest;
    }

    /** Like {@code READY on 4 December if quiet}: of an instance's forecast or of {@link #forecast()}; empty where there is none. */
    public String forecastSentence(long time) {
        return Forecast.sentence(time, asOf);
    }

    /** The instances in the order of their groups, where the user asks for one; else the worst first. */
    public List<InstanceVerdict> instancesByGroup() {
        return options.grouping() == null
                ? instances
                : options.grouping().groups(instances, inventory).stream()
                        .flatMap(group -> group.instances().stream())
                        .toList();
    }

    /** Boots and what the hosts run by the clock, as far as the window has seen them. */
    public Rhythm rhythm() {
        return Rhythm.of(instances, asOf, options.windowMicros());
    }

    /** How pressing a caller is that is in the way. */
    public Urgency urgency(CallerGroup caller) {
        return Urgency.of(caller, verdicts, options.windowMicros());
    }

    /** All callers, those in the way first, the most pressing of them first. */
    public List<CallerGroup> callersByUrgency() {
        Set<CallerGroup> all = new LinkedHashSet<>(blockers);
        all.addAll(callers);
        return List.copyOf(all);
    }

    /** Instances on which IMDSv2 is required and refuses one of these callers now. */
    public long refusing(List<CallerGroup> refused) {
        long window = options.windowMicros();
        return refused.stream()
                .flatMap(caller -> caller.instances().stream())
                .filter(on -> Urgency.breaksNow(on, verdicts.get(on.instance()), window))
                .map(CallerGroup.OnInstance::instance)
                .distinct()
                .count();
    }

    /** What this caller has to change; null if nothing. */
    public Remedy remedy(CallerGroup caller) {
        return Remedy.of(caller, this::isBroken);
    }

    /** Whether IMDSv2 is required somewhere and refuses this caller there now. */
    public boolean isBroken(CallerGroup caller) {
        return caller.instances().stream().anyMatch(this::isBroken);
    }

    private boolean isBroken(CallerGroup.OnInstance on) {
        InstanceVerdict instance = verdicts.get(on.instance());
        return instance.verdict() == Verdict.REQUIRED_BUT_BREAKING
                && instance.holds(on.tally().lastV1Rejected(), options.windowMicros());
    }

    /**
     * Our callers whose credentials by IMDSv1 CloudTrail saw used, with the sessions; those first with whose user agent most API
     * calls were made, then those with most API calls.
     */
    public Map<CallerGroup, List<TrailSession>> usedCallers() {
        Map<CallerGroup, List<TrailSession>> used = new LinkedHashMap<>();
        if (trail != null) {
            for (TrailSession session : trail.sessions()) {
                session.callers()
                        .forEach(caller -> used.computeIfAbsent(caller, key -> new ArrayList<>())
                                .add(session));
            }
        }
        Map<CallerGroup, List<TrailSession>> sorted = new LinkedHashMap<>();
        used.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<CallerGroup, List<TrailSession>> entry) ->
                                TopTexts.calls(TrailSession.ownOperations(entry.getKey(), entry.getValue())))
                        .thenComparingLong(entry -> entry.getValue().stream()
                                .mapToLong(TrailSession::calls)
                                .sum())
                        .reversed()
                        .thenComparing(entry -> entry.getKey().label()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    /** Instances with sessions by IMDSv1 in CloudTrail of which the logs have no line, sorted. */
    public List<String> watchNext() {
        return instances.stream()
                .map(InstanceVerdict::instance)
                .filter(instance -> trail != null
                        && instance.lastEvent() == Tally.NEVER
                        && !trail.sessions(instance.id()).isEmpty())
                .map(Instance::id)
                .sorted()
                .toList();
    }
}
