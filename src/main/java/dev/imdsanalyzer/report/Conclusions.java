package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.InputCounts;
import dev.imdsanalyzer.report.input.LineSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What follows from all that was read, once there is no more of it. */
public final class Conclusions {
    private Conclusions() {}

    /**
     * Judges what was read, once there is no more of it.
     *
     * @param inventory null for none
     */
    public static ReportData of(
            Analysis analysis,
            ReportOptions options,
            List<MetricSeries> metrics,
            InputCounts input,
            Inventory inventory) {
        long now = Times.micros(options.now());
        long asOf = analysis.lastEvent() == Tally.NEVER ? now : analysis.lastEvent();
        if (options.until() != null) {
            asOf = Math.min(Times.micros(options.until()), now);
        }
        List<Instance> known = new ArrayList<>(analysis.instances());
        List<String> metricWarnings = addInstancesOfMetrics(known, options, metrics);
        Set<LineSource> merged = merged(known);
        Trail trail = analysis.trail();
        addInstancesOfTrail(known, trail);
        if (inventory != null) {
            known.forEach(inventory::tell);
        }
        if (trail != null) {
            known.forEach(trail::tell);
        }
        Judge judge = new Judge(asOf, options, metrics, merged, trail);
        List<InstanceVerdict> instances = new ArrayList<>();
        Map<Instance, InstanceVerdict> verdicts = new HashMap<>();
        for (Instance instance : known) {
            InstanceVerdict verdict = judge.judge(instance, known.size() == 1);
            instances.add(verdict);
            verdicts.put(instance, verdict);
        }
        instances.sort(Comparator.comparing(InstanceVerdict::verdict)
                .reversed()
                .thenComparing(Comparator.comparingLong((InstanceVerdict verdict) ->
                                verdict.instance().tally().v1())
                        .reversed())
                .thenComparing(verdict -> verdict.instance().title()));
        Verdict worst =
                instances.isEmpty() ? Verdict.WATCH_LONGER : instances.get(0).verdict();
        // Whatever could not be read may hold the call that nobody knows of.
        boolean trailLacks = trail != null && !trail.lacks().isEmpty();
        if (worst == Verdict.READY && (input.damaged() > 0 || trailLacks)) {
            worst = Verdict.WATCH_LONGER;
        }
        List<CallerGroup> callers = new ArrayList<>(analysis.callers().all());
        callers.sort(
                Comparator.comparingLong((CallerGroup caller) -> caller.tally().v1Served())
                        .thenComparingLong(caller -> caller.tally().v1Rejected())
                        .thenComparingLong(caller -> caller.tally().total())
                        .reversed()
                        .thenComparing(CallerGroup::label)
                        .thenComparing(CallerGroup::fingerprint));
        long newest = analysis.lastEvent() == Tally.NEVER ? asOf : Math.min(analysis.lastEvent(), asOf);
        String staleness = Warnings.staleness(newest, now);
        List<String> warnings = Warnings.of(analysis, input);
        Warnings.addTrust(known, merged, warnings);
        if (trail != null) {
            trail.lacks().forEach(lack -> warnings.add("CloudTrail keeps READY away: " + lack));
        }
        if (inventory != null) {
            inventory.lacks(instances).forEach(lack -> warnings.add("the account as a whole is not proven: " + lack));
        }
        warnings.addAll(0, metricWarnings);
        if (staleness != null) {
            warnings.add(0, staleness);
        }
        EarlierReport earlier = analysis.earlier();
        if (earlier != null && !earlier.isComplete()) {
            warnings.add("the earlier report does not name all its callers: who is new is not told by it");
        }
        boolean backwards = earlier != null && earlier.asOf() > asOf;
        if (backwards) {
            warnings.add("the earlier report is as of " + Times.minutes(earlier.asOf())
                    + " UTC, after the end of these logs: what changed is not told");
        }
        ReportData data = new ReportData(
                options,
                worst,
                asOf,
                Math.min(analysis.firstEvent(), asOf),
                List.copyOf(instances),
                List.copyOf(callers),
                analysis.tally(),
                analysis.timeline(),
                List.copyOf(metrics),
                input,
                List.copyOf(warnings),
                byUrgency(
                        callers.stream()
                                .filter(caller -> isInTheWay(caller, verdicts, options))
                                .toList(),
                        verdicts,
                        options),
                verdicts,
                newest,
                staleness,
                trail,
                null,
                Newcomers.of(callers, analysis.firstEvent(), asOf, earlier),
                inventory);
        return earlier == null || backwards ? data : data.with(Comparison.of(earlier, data, analysis.v1SinceEarlier()));
    }

    /** An instance that only CloudTrail knows to use IMDSv1 is one to watch. */
    private static void addInstancesOfTrail(List<Instance> known, Trail trail) {
        if (trail == null) {
            return;
        }
        Set<String> ids = known.stream().map(Instance::id).collect(Collectors.toSet());
        for (String id : trail.instanceIds()) {
            if (!ids.contains(id)) {
                known.add(new Instance(known.size(), id, null, Budget.ofHeap()));
            }
        }
    }

    /** What CloudWatch counted on an instance that the logs do not know makes it an instance of its own. */
    private static List<String> addInstancesOfMetrics(
            List<Instance> known, ReportOptions options, List<MetricSeries> metrics) {
        long since = options.since() == null ? Long.MIN_VALUE : Times.micros(options.since());
        long until = options.until() == null ? Long.MAX_VALUE : Times.micros(options.until());
        Set<String> ids = known.stream().map(Instance::id).collect(Collectors.toSet());
        Set<String> strangers = new LinkedHashSet<>();
        for (MetricSeries series : metrics) {
            String id = series.instanceId();
            if (id == null || ids.contains(id)) {
                continue;
            }
            strangers.add(id);
            if (!series.excesses(since, until).isEmpty()) {
                ids.add(id);
                known.add(new Instance(known.size(), id, null, Budget.ofHeap()));
            }
        }
        return strangers.stream()
                .map(id -> "--metric is about " + id + ", of which the logs have no line")
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<CallerGroup> byUrgency(
            List<CallerGroup> blockers, Map<Instance, InstanceVerdict> verdicts, ReportOptions options) {
        long window = options.windowMicros();
        Map<CallerGroup, Urgency> urgencies = new HashMap<>();
        blockers.forEach(caller -> urgencies.put(caller, Urgency.of(caller, verdicts, window)));
        List<CallerGroup> sorted = new ArrayList<>(blockers);
        sorted.sort(Comparator.<CallerGroup, Urgency>comparing(urgencies::get)
                .thenComparing(Comparator.comparingLong(
                                (CallerGroup caller) -> caller.tally().v1InTheWay())
                        .reversed())
                .thenComparing(CallerGroup::label)
                .thenComparing(CallerGroup::fingerprint));
        return List.copyOf(sorted);
    }

    private static boolean isInTheWay(
            CallerGroup caller, Map<Instance, InstanceVerdict> verdicts, ReportOptions options) {
        long window = options.windowMicros();
        if (!caller.isComplete() && caller.tally().v1InTheWay() > 0) {
            return true;
        }
        return caller.instances().stream()
                .anyMatch(on -> verdicts.get(on.instance()).holds(on.tally().lastV1(), window));
    }

    /** Sources in which any host's lines may stand: pipes, and what holds several hosts. */
    private static Set<LineSource> merged(List<Instance> instances) {
        Map<LineSource, Integer> hosts = new LinkedHashMap<>();
        instances.forEach(instance -> instance.sources().forEach(source -> hosts.merge(source, 1, Integer::sum)));
        return hosts.entrySet().stream()
                .filter(source -> source.getValue() > 1 || source.getKey().kind() == LineSource.Kind.PIPE)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
