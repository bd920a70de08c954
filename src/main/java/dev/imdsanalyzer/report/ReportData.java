package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.InputCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The whole answer, as the formats need it. Times: microseconds since the epoch.
 *
 * @param verdict of all instances together: the worst of theirs; WATCH_LONGER where there is none
 * @param asOf the time for which it holds
 * @param first the first line of any kind; equal to {@code asOf} where there is none
 * @param instances the worst first
 * @param callers those with the most IMDSv1 calls first
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
        List<String> warnings) {

    static ReportData of(Analysis analysis, ReportOptions options, List<MetricSeries> metrics, InputCounts input) {
        long now = Analysis.micros(options.now());
        long asOf = analysis.lastEvent() == Tally.NEVER ? now : analysis.lastEvent();
        if (options.until() != null) {
            asOf = Math.min(Analysis.micros(options.until()), now);
        }
        Judge judge = new Judge(asOf, options, metrics);
        List<InstanceVerdict> instances = new ArrayList<>();
        for (Instance instance : analysis.instances()) {
            instances.add(judge.judge(instance, analysis.instances().size() == 1));
        }
        instances.sort(Comparator.comparing(InstanceVerdict::verdict)
                .reversed()
                .thenComparing(Comparator.comparingLong((InstanceVerdict verdict) ->
                                verdict.instance().tally().v1())
                        .reversed())
                .thenComparing(verdict -> verdict.instance().title()));
        Verdict worst =
                instances.isEmpty() ? Verdict.WATCH_LONGER : instances.get(0).verdict();
        List<CallerGroup> callers = new ArrayList<>(analysis.callers());
        callers.sort(
                Comparator.comparingLong((CallerGroup caller) -> caller.tally().v1Served())
                        .thenComparingLong(caller -> caller.tally().v1Rejected())
                        .thenComparingLong(caller -> caller.tally().total())
                        .reversed()
                        .thenComparing(CallerGroup::label)
                        .thenComparing(CallerGroup::fingerprint));
        return new ReportData(
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
                warnings(analysis, input));
    }

    private static List<String> warnings(Analysis analysis, InputCounts input) {
        List<String> warnings = new ArrayList<>();
        for (String name : input.damagedNames()) {
            warnings.add("could not be read to its end: " + name);
        }
        add(warnings, input.damaged() - input.damagedNames().size(), "more input", " could not be read to the end");
        add(warnings, input.broken(), "half or malformed line", " left out");
        add(warnings, input.foreign(), "line", " from somebody else left out");
        add(warnings, input.duplicates(), "line", " seen twice, counted once");
        add(warnings, analysis.implausibleTimes(), "line", " with a time that cannot be believed");
        add(warnings, analysis.newerSchema(), "line", " in a newer format, read as far as known");
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

    /** How many instances have this verdict. */
    public long count(Verdict wanted) {
        return instances.stream()
                .filter(instance -> instance.verdict() == wanted)
                .count();
    }

    /** Callers with at least one IMDSv1 call. */
    public List<CallerGroup> v1Callers() {
        return callers.stream().filter(caller -> caller.tally().v1() > 0).toList();
    }
}
