package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.LineSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/**
 * Gives each instance its verdict. READY is only ever the answer to proof: the time since the last IMDSv1 call that
 * summaries prove to have been watched must fill the window, with gaps of at most a tenth of the window beside it, and reach
 * to within a day of the time for which the verdict holds. That time is the end of all logs together, or {@code --until}: not
 * the time of the report, for logs are read later and elsewhere too. How old they are the report says beside the verdict.
 * Times: microseconds since the epoch.
 */
final class Judge {
    /** A host that was silent for longer before the end is not watched any more. */
    static final long STALE_MICROS = 24 * 3_600_000_000L;

    private static final long CLOCK_MICROS = 1_000_000;
    private static final int NAMED_PERIODS = 6;
    private static final long TOLD_GAP_MICROS = 1_000_000;

    private final long asOf;
    private final long windowMicros;
    private final List<MetricSeries> metrics;
    private final Set<LineSource> merged;
    private final TrailJudge trail;
    private final long since;
    private final long until;
    private final boolean needsBoot;

    /**
     * @param asOf the time for which the verdict holds: the end of the log, or what {@code --until} says
     * @param merged sources that hold the lines of several hosts, or may
     * @param trail what CloudTrail saw; null where it was not asked
     */
    Judge(long asOf, ReportOptions options, List<MetricSeries> metrics, Set<LineSource> merged, Trail trail) {
        this.asOf = asOf;
        this.windowMicros = options.windowMicros();
        this.metrics = metrics;
        this.merged = merged;
        this.trail = trail == null ? null : new TrailJudge(trail, windowMicros);
        this.since = options.since() == null ? Long.MIN_VALUE : Times.micros(options.since());
        this.needsBoot = options.requirements().contains(Requirement.BOOT);
        this.until = options.until() == null ? Long.MAX_VALUE : Times.micros(options.until());
    }

    /** @param only whether it is the only instance, so that counts without an instance id are its own */
    InstanceVerdict judge(Instance instance, boolean only) {
        IntervalSet proven = instance.proven();
        Tally tally = instance.tally();
        // A line's last call lies in the summary that counts it. Where a later summary counts some, lines are missing.
        boolean linesMissing =
                instance.reportedV1() > 0 && tally.lastV1Line() < instance.reportedV1From() - CLOCK_MICROS;
        long cleanFrom = linesMissing ? instance.reportedV1To() : tally.lastV1();
        long clean = proven.measure(cleanFrom, Long.MAX_VALUE);
        List<String> reasons = new ArrayList<>();
        List<MetricSeries.Excess> excesses = new ArrayList<>();
        List<Witness> witnesses = new ArrayList<>();
        Verdict verdict = linesMissing && clean < windowMicros
                ? fromSummary(instance, reasons)
                : fromCalls(instance, proven, reasons);
        verdict = fromMetrics(instance, only, verdict, reasons, excesses, witnesses);
        if (trail != null) {
            verdict = trail.judge(instance, proven, verdict, reasons);
            witnesses.add(trail.witness(instance, proven));
        }
        long missing = Math.max(0, windowMicros - clean);
        if (verdict == Verdict.READY) {
            verdict = fromCoverage(instance, proven, missing, cleanFrom, reasons);
        }
        boolean bootSeen = instance.traits().lastBoot() >= asOf - windowMicros;
        if (verdict == Verdict.READY && needsBoot && !bootSeen) {
            reasons.add("no boot was watched in the window, and --require boot wants one");
            verdict = Verdict.WATCH_LONGER;
        }
        if (verdict == Verdict.READY) {
            long gaps = gapsInWindow(proven, Math.max(cleanFrom, proven.first()));
            reasons.add("no IMDSv1 call in " + Times.length(clean) + " of proven coverage"
                    + (gaps < TOLD_GAP_MICROS ? "" : ", with gaps of " + Times.length(gaps)));
        }
        String required = instance.requiredAlready(asOf);
        if (required != null && verdict != Verdict.REQUIRED_BUT_BREAKING) {
            reasons.add(required);
        }
        if (verdict == Verdict.READY || verdict == Verdict.WATCH_LONGER) {
            addDevices(instance, proven, reasons);
            Provenance.addNotes(instance, merged, reasons);
        }
        return new InstanceVerdict(
                instance,
                verdict,
                List.copyOf(reasons),
                proven,
                clean,
                missing,
                required != null,
                bootSeen,
                needsBoot && !bootSeen ? Tally.NEVER : forecast(instance, verdict, proven, cleanFrom, witnesses),
                List.copyOf(witnesses),
                trail == null ? List.of() : trail.missed(instance, proven),
                List.copyOf(excesses));
    }

    private long forecast(
            Instance instance, Verdict verdict, IntervalSet proven, long cleanFrom, List<Witness> witnesses) {
        // What CloudWatch counted stays in its file, and what CloudTrail saw and we missed is never READY.
        boolean disputed = witnesses.stream()
                        .anyMatch(witness -> !witness.agreed() && witness.name().startsWith("CloudWatch"))
                || (trail != null && !trail.missed(instance, proven).isEmpty());
        if (verdict == Verdict.READY || disputed) {
            return Tally.NEVER;
        }
        return Forecast.of(
                instance, proven, cleanFrom, asOf, windowMicros, trail == null ? List.of() : trail.sessions(instance));
    }

    private static Verdict fromSummary(Instance instance, List<String> reasons) {
        reasons.add("the summary from " + Times.minutes(instance.reportedV1From()) + " to "
                + Times.minutes(instance.reportedV1To()) + " UTC counts "
                + Amount.of(instance.reportedV1(), "IMDSv1 call")
                + " without a line: lines are missing from the input");
        return Verdict.NOT_READY;
    }

    private Verdict fromCalls(Instance instance, IntervalSet proven, List<String> reasons) {
        Tally tally = instance.tally();
        if (instance.undatedV1() > 0) {
            reasons.add(Amount.of(instance.undatedV1(), "IMDSv1 call") + " whose time cannot be believed");
            return Verdict.NOT_READY;
        }
        boolean served = inWindow(proven, tally.lastV1Served());
        boolean rejected = inWindow(proven, tally.lastV1Rejected()) && tally.lastV1Rejected() > tally.lastV1Served();
        boolean forbidden = inWindow(proven, tally.lastV1Forbidden());
        if (rejected) {
            reasons.add(Amount.of(tally.v1RejectedInTheWay() - tally.v1Forbidden(), "IMDSv1 call") + " refused"
                    + theLast(tally.lastV1Rejected(), proven));
        } else if (served) {
            reasons.add(Amount.of(tally.v1ServedInTheWay(), "IMDSv1 call") + theLast(tally.lastV1Served(), proven));
        }
        if (forbidden) {
            reasons.add(Amount.of(tally.v1Forbidden(), "IMDSv1 call") + " answered 403"
                    + theLast(tally.lastV1Forbidden(), proven)
                    + ": the endpoint is off or the call is not allowed, whether IMDSv2 is required or not");
        }
        if (rejected) {
            return Verdict.REQUIRED_BUT_BREAKING;
        }
        return served || forbidden ? Verdict.NOT_READY : Verdict.READY;
    }

    private boolean inWindow(IntervalSet proven, long call) {
        return call != Tally.NEVER && proven.measure(call, Long.MAX_VALUE) < windowMicros;
    }

    private String theLast(long call, IntervalSet proven) {
        return ", the last " + Times.ago(asOf - call) + " (" + Times.minutes(call) + " UTC), "
                + Times.length(proven.measure(call, Long.MAX_VALUE)) + " watched since";
    }

    private void addDevices(Instance instance, IntervalSet proven, List<String> reasons) {
        if (proven.isEmpty()) {
            return;
        }
        SortedSet<String> devices = instance.devicesSince(proven.last() - windowMicros);
        if (!devices.isEmpty()) {
            reasons.add("note: captured on " + String.join(", ", devices)
                    + " alone: a call that leaves by another device is not seen");
        }
    }

    private Verdict fromMetrics(
            Instance instance,
            boolean only,
            Verdict soFar,
            List<String> reasons,
            List<MetricSeries.Excess> excesses,
            List<Witness> witnesses) {
        Verdict verdict = soFar;
        for (MetricSeries series : metrics) {
            boolean own =
                    series.instanceId() == null ? only : series.instanceId().equals(instance.id());
            List<MetricSeries.Excess> found = series.excesses(since, until);
            if (!own && series.instanceId() != null) {
                continue;
            }
            witnesses.add(new Witness(
                    "CloudWatch " + series.metricName() + (own ? "" : " of all instances"),
                    Long.toString(Math.round(series.total())),
                    Long.toString(series.logged()),
                    found.isEmpty()));
            if (found.isEmpty()) {
                continue;
            }
            if (own) {
                excesses.addAll(found);
                reasons.add("CloudWatch counted more " + series.metricName() + " than the log shows: " + named(found)
                        + (instance.lastEvent() == Tally.NEVER ? "; the logs have no line of this instance" : ""));
                Verdict worse = series.rejected() ? Verdict.REQUIRED_BUT_BREAKING : Verdict.NOT_READY;
                verdict = verdict.and(worse);
            } else if (verdict == Verdict.READY) {
                reasons.add("CloudWatch counted more " + series.metricName()
                        + " on some instance than the logs show together: " + named(found));
                verdict = Verdict.WATCH_LONGER;
            }
        }
        return verdict;
    }

    /** The periods of the largest excesses in words: when, what CloudWatch counted and what we saw. */
    static String named(List<MetricSeries.Excess> excesses) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(NAMED_PERIODS, excesses.size()); i++) {
            MetricSeries.Excess excess = excesses.get(i);
            text.append(i == 0 ? "" : ", ")
                    .append(Times.minutes(excess.startMicros()))
                    .append(" UTC (")
                    .append(Math.round(excess.counted()))
                    .append(" against ")
                    .append(excess.seen())
                    .append(')');
        }
        if (excesses.size() > NAMED_PERIODS) {
            text.append(" and ").append(excesses.size() - NAMED_PERIODS).append(" more periods");
        }
        return text.toString();
    }

    private Verdict fromCoverage(
            Instance instance, IntervalSet proven, long missing, long cleanFrom, List<String> reasons) {
        boolean enough = Provenance.isSound(instance, reasons);
        long inVain = missing == 0 ? 0 : instance.watchedInVain().measure(Long.MIN_VALUE, Long.MAX_VALUE);
        if (inVain > 0) {
            reasons.add("captured on lo for " + Times.length(inVain)
                    + ": no call to IMDS passes the loopback device, so that proves nothing");
        }
        enough &= !addDoubts(instance, proven, reasons);
        if (proven.isEmpty()) {
            if (inVain == 0 && reasons.isEmpty()) {
                reasons.add("no imds-summary line: nothing proves that anybody watched");
            }
            return Verdict.WATCH_LONGER;
        }
        if (instance.isSeveralHosts()) {
            reasons.add(
                    instance.isCollective()
                            ? "these are many hosts: what one proves says nothing about the others"
                            : "several hosts go by this name, for two runs watched at the same time, and none says its instance"
                                    + " id: what one proves says nothing about the others");
            enough = false;
        }
        if (missing > 0) {
            reasons.add(Times.length(windowMicros - missing) + " of " + Times.length(windowMicros) + " watched, "
                    + Times.length(missing) + " missing");
            enough = false;
        }
        long from = Math.max(cleanFrom, proven.first());
        long gaps = gapsInWindow(proven, from);
        if (gaps > windowMicros * Forecast.TOLERATED_GAP_SHARE) {
            reasons.add("gaps of " + Times.length(gaps) + " in what was watched: a rare caller may hide in them");
            enough = false;
        }
        if (asOf - proven.last() > STALE_MICROS) {
            reasons.add("not watched since " + Times.minutes(proven.last()) + " UTC ("
                    + Times.length(asOf - proven.last()) + " before the end of the logs)");
            enough = false;
        }
        return enough ? Verdict.READY : Verdict.WATCH_LONGER;
    }

    /** Whether lines that may hide a call are in the way; says which. */
    private boolean addDoubts(Instance instance, IntervalSet proven, List<String> reasons) {
        boolean any = false;
        for (Map.Entry<Doubt, Instance.Doubted> doubt : instance.doubts().entrySet()) {
            // What summaries only count is told where no line tells of it.
            boolean standing = inWindow(proven, doubt.getValue().last());
            if (standing && !(any && doubt.getKey() == Doubt.COUNTED_UNKNOWN)) {
                reasons.add(doubt.getKey().clause(doubt.getValue().count()));
                any = true;
            }
        }
        return any;
    }

    /** What is not proven in the latest stretch of time whose proven part fills the window, or in all of it. */
    private long gapsInWindow(IntervalSet proven, long from) {
        long needed = windowMicros;
        for (int i = proven.size() - 1; i >= 0 && proven.end(i) > from; i--) {
            long start = Math.max(proven.start(i), from);
            long length = proven.end(i) - start;
            if (length >= needed) {
                long begin = proven.end(i) - needed;
                return proven.last() - begin - windowMicros;
            }
            needed -= length;
        }
        return proven.last() - from - (windowMicros - needed);
    }
}
