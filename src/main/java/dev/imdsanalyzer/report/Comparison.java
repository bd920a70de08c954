package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out what changed since an earlier report. */
final class Comparison {
    private static final double MICROS_A_DAY = 86_400e6;
    private static final double FALLING = 0.9;
    private static final double AS_WELL_WATCHED = 0.9;
    private static final long SHORTEST_MICROS = 3_600_000_000L;

    private Comparison() {}

    /** @param v1Since IMDSv1 calls since the earlier report */
    static Changes of(EarlierReport earlier, ReportData data, long v1Since) {
        Map<String, InstanceVerdict> verdicts = new HashMap<>();
        data.instances().forEach(verdict -> verdicts.put(verdict.instance().title(), verdict));
        Map<String, CallerGroup> now = new HashMap<>();
        data.callers().forEach(caller -> now.put(caller.fingerprint(), caller));
        List<Changes.Change> changes = new ArrayList<>();
        long still = 0;
        for (CallerGroup caller : data.blockers()) {
            EarlierReport.Caller then = earlier.callers().get(caller.fingerprint());
            if (then == null || then.v1() == 0) {
                changes.add(new Changes.Change(Changes.Kind.NEW, caller.fingerprint(), caller.label()));
            } else if (!then.blocking()) {
                changes.add(new Changes.Change(Changes.Kind.BACK, caller.fingerprint(), caller.label()));
            }
        }
        Set<CallerGroup> blocking = Set.copyOf(data.blockers());
        for (EarlierReport.Caller then : earlier.callers().values()) {
            if (!then.blocking()) {
                continue;
            }
            CallerGroup caller = now.get(then.fingerprint());
            boolean called = caller != null && caller.tally().lastV1() > earlier.asOf();
            if (called && blocking.contains(caller)) {
                still++;
            } else {
                changes.add(
                        new Changes.Change(became(then, earlier, verdicts, data), then.fingerprint(), then.label()));
            }
        }
        changes.sort(Comparator.comparing(Changes.Change::kind)
                .thenComparing(Changes.Change::label)
                .thenComparing(Changes.Change::fingerprint));
        long provenNow = 0;
        for (InstanceVerdict verdict : data.instances()) {
            provenNow += verdict.proven().measure(earlier.asOf(), Long.MAX_VALUE);
        }
        Pace pace = pace(earlier, data.asOf(), v1Since, provenNow);
        return new Changes(
                earlier.file(),
                earlier.asOf(),
                List.copyOf(changes),
                still,
                pace.sentence(),
                pace.trend(),
                ready(earlier, data),
                changes.stream()
                        .collect(Collectors.toMap(
                                Changes.Change::fingerprint, Changes.Change::kind, (one, other) -> one)));
    }

    private static Changes.Kind became(
            EarlierReport.Caller then, EarlierReport earlier, Map<String, InstanceVerdict> verdicts, ReportData data) {
        long window = data.options().windowMicros();
        boolean gone = then.complete() && !then.places().isEmpty();
        boolean watched = gone;
        for (EarlierReport.Caller.Place place : then.places()) {
            InstanceVerdict verdict = verdicts.get(place.title());
            IntervalSet proven = verdict == null ? IntervalSet.ofProof() : verdict.proven();
            gone &= place.last() != Tally.NEVER && proven.measure(place.last(), Long.MAX_VALUE) >= window;
            long time = data.asOf() - earlier.asOf();
            watched &= proven.measure(earlier.asOf(), Long.MAX_VALUE) >= time * AS_WELL_WATCHED;
        }
        if (gone) {
            return Changes.Kind.GONE;
        }
        return watched && data.asOf() > earlier.asOf() ? Changes.Kind.QUIET : Changes.Kind.UNSEEN;
    }

    private record Pace(String sentence, Changes.Trend trend) {}

    private static Pace pace(EarlierReport earlier, long asOf, long v1Since, long provenNow) {
        long before = earlier.asOf() - earlier.from();
        long now = asOf - earlier.asOf();
        if (before < SHORTEST_MICROS || now < SHORTEST_MICROS) {
            return new Pace("too little time to tell IMDSv1 calls a day then and now", Changes.Trend.UNKNOWN);
        }
        long v1Then = earlier.callers().values().stream()
                .mapToLong(EarlierReport.Caller::v1)
                .sum();
        double dayThen = v1Then * MICROS_A_DAY / before;
        double dayNow = v1Since * MICROS_A_DAY / now;
        double watchedThen = earlier.provenSeconds() * 1e6 / before;
        double watchedNow = provenNow / (double) now;
        String figures = String.format(Locale.ROOT, "%.1f IMDSv1 calls a day then, %.1f since", dayThen, dayNow);
        if (dayNow > dayThen * FALLING) {
            return new Pace(figures + (v1Then + v1Since == 0 ? "" : ": not falling"), Changes.Trend.NOT_FALLING);
        }
        if (watchedNow < watchedThen * AS_WELL_WATCHED) {
            return new Pace(
                    figures
                            + String.format(
                                    Locale.ROOT,
                                    ", but less was watched: %.1f instances at a time then, %.1f since",
                                    watchedThen,
                                    watchedNow),
                    Changes.Trend.UNKNOWN);
        }
        return new Pace(figures + ": falling", Changes.Trend.FALLING);
    }

    private static String ready(EarlierReport earlier, ReportData data) {
        return earlier.count(Verdict.READY) + " of " + Amount.of(earlier.instances(), "instance") + " ready then, "
                + data.count(Verdict.READY) + " of " + data.instances().size() + " now";
    }
}
