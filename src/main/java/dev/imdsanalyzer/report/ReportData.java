package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.InputCounts;
import dev.imdsanalyzer.report.input.LineSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

    private static final int NAMED_HOSTS = 5;

    /** Logs whose newest line is older than this when the report is made are old. */
    private static final long STALE_MICROS = 24 * 3_600_000_000L;

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
        long now = Analysis.micros(options.now());
        long asOf = analysis.lastEvent() == Tally.NEVER ? now : analysis.lastEvent();
        if (options.until() != null) {
            asOf = Math.min(Analysis.micros(options.until()), now);
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
        String staleness = staleness(newest, now);
        List<String> warnings = warnings(analysis, input);
        addTrust(known, merged, warnings);
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
        return earlier == null || backwards ? data : data.with(Changes.of(earlier, data, analysis.v1SinceEarlier()));
    }

    private ReportData with(Changes told) {
        return new ReportData(
                options, verdict, asOf, first, instances, callers, tally, timeline, metrics, input, warnings, blockers,
                verdicts, newest, staleness, trail, told, newcomers, inventory);
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
        long since = options.since() == null ? Long.MIN_VALUE : Analysis.micros(options.since());
        long until = options.until() == null ? Long.MAX_VALUE : Analysis.micros(options.until());
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

    private static void addTrust(List<Instance> instances, Set<LineSource> merged, List<String> warnings) {
        merged.stream()
                .limit(NAMED_HOSTS)
                .forEach(source -> warnings.add(source.name()
                        + " is taken at its word: nothing shows which host wrote which line of it; a folder or log stream"
                        + " for each host does"));
        add(warnings, merged.size() - NAMED_HOSTS, "further source", " taken at their word");
        long several = instances.stream()
                .filter(instance -> instance.sources().size() > 1 || instance.hasMoreSources())
                .count();
        add(warnings, several, "instance", " with lines from several sources: none of them is proof for another");
    }

    private static String staleness(long newest, long now) {
        return now - newest <= STALE_MICROS
                ? null
                : "the newest line is " + Times.length(now - newest) + " old (" + Times.minutes(newest)
                        + " UTC): the verdict holds for then and says nothing about what came after";
    }

    private static List<String> warnings(Analysis analysis, InputCounts input) {
        List<String> warnings = new ArrayList<>();
        for (String name : input.damagedNames()) {
            warnings.add("could not be read to its end: " + name);
        }
        analysis.instances().stream()
                .filter(host -> host.isSeveralHosts() && !host.isCollective())
                .limit(NAMED_HOSTS)
                .forEach(host -> warnings.add("several hosts are called " + host.title()
                        + " and none says its instance id: their lines are told as those of one"));
        add(warnings, input.damaged() - input.damagedNames().size(), "more input", " could not be read to the end");
        add(warnings, input.broken(), "half or malformed line", " left out");
        add(warnings, input.foreign(), "line", " from somebody else left out");
        add(warnings, input.duplicates(), "line", " seen twice, counted once");
        add(warnings, analysis.implausibleTimes(), "line", " with a time that cannot be believed");
        add(warnings, analysis.newerSchema(), "line", " in a newer format, read as far as known");
        analysis.instances().stream()
                .filter(Instance::isCollective)
                .forEach(host -> warnings.add(
                        "more hosts than there is room for: told together as " + host.title() + ", and never READY"));
        Tally others = analysis.callers().ofOthers();
        if (others != null) {
            warnings.add("more callers than there is room for: " + Amount.of(others.total(), "call") + ", "
                    + Amount.grouped(others.v1()) + " of them IMDSv1, told together as other callers");
        }
        if (input.duplicatesUncertain()) {
            warnings.add("many inputs overlap: a line given more than once may have been counted more than once");
        }
        if (input.events() == 0) {
            warnings.add("no line of this analyzer in the input");
        }
        return warnings;
    }

    private static void add(List<String> warnings, long count, String noun, String what) {
        if (count > 0) {
            warnings.add(Amount.of(count, noun) + what);
        }
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
                : options.grouping().groups(this).stream()
                        .flatMap(group -> group.instances().stream())
                        .toList();
    }

    /** Boots and what the hosts run by the clock, as far as the window has seen them. */
    public Rhythm rhythm() {
        return Rhythm.of(this);
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
                                TrailTexts.calls(TrailTexts.ownOperations(entry.getKey(), entry.getValue())))
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
