package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What changed since an earlier report. A caller is gone only by the proof that makes an instance READY; one that is merely not
 * in the logs any more is told as unseen. Times: microseconds since the epoch.
 *
 * @param file the earlier report
 * @param since the time for which it held
 * @param callers who is new, back, unseen, quiet or gone, in that order
 * @param still callers that stood in the way then and do now
 * @param pace IMDSv1 calls a day then and now, in a sentence
 * @param trend whether they fall
 * @param kinds the callers' changes again, by fingerprint
 * @param ready how many instances were ready then and are now, in a sentence
 */
public record Changes(
        String file,
        long since,
        List<Change> callers,
        long still,
        String pace,
        Trend trend,
        String ready,
        Map<String, Kind> kinds) {
    private static final double MICROS_A_DAY = 86_400e6;
    private static final double FALLING = 0.9;
    private static final double AS_WELL_WATCHED = 0.9;
    private static final long SHORTEST_MICROS = 3_600_000_000L;

    /** Whether IMDSv1 calls fall. */
    public enum Trend {
        FALLING,
        NOT_FALLING,
        /** Too little time, or less of it was watched than before. */
        UNKNOWN;

        /** Part of the JSON format. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What became of a caller. */
    public enum Kind {
        NEW("new", "stands in the way now and was not known"),
        BACK("back", "was done with IMDSv1, and calls it again"),
        UNSEEN("unseen", "has no IMDSv1 call since, and was not watched everywhere: that proves nothing"),
        QUIET("quiet", "has no IMDSv1 call since, watched, but not yet for the whole window"),
        GONE("gone", "stands in the way no longer");

        private final String code;
        private final String meaning;

        Kind(String code, String meaning) {
            this.code = code;
            this.meaning = meaning;
        }

        /** Part of the JSON and CSV formats. */
        public String code() {
            return code;
        }

        public String meaning() {
            return meaning;
        }
    }

    /** One caller's. */
    public record Change(Kind kind, String fingerprint, String label) {}

    static Changes of(EarlierReport earlier, ReportData data, long v1Since) {
        Map<String, InstanceVerdict> verdicts = new HashMap<>();
        data.instances().forEach(verdict -> verdicts.put(verdict.instance().title(), verdict));
        Map<String, CallerGroup> now = new HashMap<>();
        data.callers().forEach(caller -> now.put(caller.fingerprint(), caller));
        List<Change> changes = new ArrayList<>();
        long still = 0;
        for (CallerGroup caller : data.blockers()) {
            EarlierReport.Caller then = earlier.callers().get(caller.fingerprint());
            if (then == null || then.v1() == 0) {
                changes.add(new Change(Kind.NEW, caller.fingerprint(), caller.label()));
            } else if (!then.blocking()) {
                changes.add(new Change(Kind.BACK, caller.fingerprint(), caller.label()));
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
                changes.add(new Change(became(then, earlier, verdicts, data), then.fingerprint(), then.label()));
            }
        }
        changes.sort(
                Comparator.comparing(Change::kind).thenComparing(Change::label).thenComparing(Change::fingerprint));
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
                changes.stream().collect(Collectors.toMap(Change::fingerprint, Change::kind, (one, other) -> one)));
    }

    private static Kind became(
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
            return Kind.GONE;
        }
        return watched && data.asOf() > earlier.asOf() ? Kind.QUIET : Kind.UNSEEN;
    }

    private record Pace(String sentence, Trend trend) {}

    private static Pace pace(EarlierReport earlier, long asOf, long v1Since, long provenNow) {
        long before = earlier.asOf() - earlier.from();
        long now = asOf - earlier.asOf();
        if (before < SHORTEST_MICROS || now < SHORTEST_MICROS) {
            return new Pace("too little time to tell IMDSv1 calls a day then and now", Trend.UNKNOWN);
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
            return new Pace(figures + (v1Then + v1Since == 0 ? "" : ": not falling"), Trend.NOT_FALLING);
        }
        if (watchedNow < watchedThen * AS_WELL_WATCHED) {
            return new Pace(
                    figures
                            + String.format(
                                    Locale.ROOT,
                                    ", but less was watched: %.1f instances at a time then, %.1f since",
                                    watchedThen,
                                    watchedNow),
                    Trend.UNKNOWN);
        }
        return new Pace(figures + ": falling", Trend.FALLING);
    }

    private static String ready(EarlierReport earlier, ReportData data) {
        return earlier.count(Verdict.READY) + " of " + Amount.of(earlier.instances(), "instance") + " ready then, "
                + data.count(Verdict.READY) + " of " + data.instances().size() + " now";
    }

    /** What became of this caller, as a code; empty where nothing did. */
    public String of(CallerGroup caller) {
        Kind kind = kinds.get(caller.fingerprint());
        return kind == null ? "" : kind.code();
    }

    /** How many callers became this. */
    public long count(Kind kind) {
        return callers.stream().filter(change -> change.kind() == kind).count();
    }
}
