package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.LineSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What the lines of one source prove about one host: when it was watched, and by which runs. Times: microseconds since the epoch. */
final class Watch {
    private static final int MAXIMUM_RUNS = 1024;
    private static final int MAXIMUM_SPANS = 65_536;
    private static final int SPAN_BYTES = 64;
    private static final int RUN_BYTES = 1024;
    private static final long UNKNOWN_RUN = 0;
    // Clocks are corrected by less than this without anybody being misled about the days.
    private static final long OVERLAP_MICROS = 60_000_000L;

    private final LineSource source;
    private final boolean ofAnother;
    private final Budget budget;
    private final LongTable<Run> runsById = new LongTable<>();
    private final IntervalSet holes = IntervalSet.ofGaps();
    private int spans;
    private boolean full;
    private long setBacks;
    private long lastSetBack = Tally.NEVER;
    private IntervalSet proven;

    /** @param ofAnother whether the source bears the name of another host, so that nothing in it is proof about this one */
    Watch(LineSource source, boolean ofAnother, Budget budget) {
        this.source = source;
        this.ofAnother = ofAnother;
        this.budget = budget;
    }

    LineSource source() {
        return source;
    }

    /** Whether the source bears the name of another host. */
    boolean isOfAnother() {
        return ofAnother;
    }

    void setDevice(long runId, String device) {
        Run run = run(runId);
        if (run != null) {
            run.setDevice(device);
        }
    }

    /** The run; null where there is no room for a further one: what it proves is not known then. */
    private Run run(long runId) {
        Run known = runsById.get(runId);
        if (known != null) {
            return known;
        }
        long key = runsById.size() < MAXIMUM_RUNS ? runId : UNKNOWN_RUN;
        if (runsById.get(key) == null && !budget.take(RUN_BYTES)) {
            full = true;
            return null;
        }
        return runsById.computeIfAbsent(key, () -> new Run(key != UNKNOWN_RUN));
    }

    /**
     * Takes a summary's interval.
     *
     * @param runId hash of the run's id; 0 if the log does not say it
     * @param counters its counters as JSON; null if it has none
     */
    void add(long runId, Summary summary, byte[] counters) {
        Run run = run(runId);
        proven = null;
        if (run == null) {
            return;
        }
        long start = summary.start();
        long end = summary.end();
        int before = run.weight() + holes.size();
        if (counters != null) {
            run.addLoss(start, end, run.losses().read(counters, !summary.locatesDrops()));
        }
        long overlap = Math.min(OVERLAP_MICROS, (end - start) / 10 * 9);
        if (run.covered().measure(start, end) > overlap) {
            setBacks++;
            lastSetBack = Math.max(lastSetBack, run.covered().last());
        }
        // What is proven may be forgotten where there is no room, what is lost may not.
        if (!full) {
            run.addCoverage(start, end);
        }
        boolean unlocated = summary.lost() || (summary.dropped() > 0 && summary.gap() == 0);
        long missing = unlocated ? end - start : summary.gap() - holes.measure(start, end);
        // Where a gap has no line of its own nobody knows where it lies: the end is as good a guess and delays the
        // verdict.
        if (missing > 0) {
            holes.add(Math.max(start, end - missing), end);
        }
        addWeight(run.weight() + holes.size() - before);
    }

    void addHole(long start, long end) {
        proven = null;
        int before = holes.size();
        holes.add(start, end);
        addWeight(holes.size() - before);
    }

    private void addWeight(int more) {
        spans += more;
        full |= spans > MAXIMUM_SPANS || (more > 0 && !budget.take((long) more * SPAN_BYTES));
    }

    /** The time proven to have been watched: summaries of captures that could see a call, less the gaps. */
    IntervalSet proven() {
        if (proven == null) {
            IntervalSet covered = IntervalSet.ofProof();
            IntervalSet lost = IntervalSet.ofGaps();
            lost.addAll(holes);
            for (Run run : ofAnother ? List.<Run>of() : runsById.values()) {
                run.addHolesTo(lost);
                if (!run.onLoopback()) {
                    covered.addAll(run.covered());
                }
            }
            proven = covered.without(lost);
        }
        return proven;
    }

    Collection<Run> runs() {
        return runsById.values();
    }

    /** How often a run's time began anew: each time, calls may have been dated too early. */
    long setBacks() {
        return setBacks;
    }

    /** How far the run had come at the last of those times; {@link Tally#NEVER} if there is none. */
    long lastSetBack() {
        return lastSetBack;
    }

    /**
     * How far a run had come when another one had begun before that time; {@link Tally#NEVER} if none had.
     *
     * @param outlivedOnly whether it counts only where the other went on for longer, as after a restart with the clock set
     *     back; one that ends before it may be somebody's second analyzer
     */
    long lastOverlap(boolean outlivedOnly) {
        List<IntervalSet> watched = runsById.values().stream()
                .filter(run -> run.isKnown() && !run.covered().isEmpty())
                .map(Run::covered)
                .sorted(Comparator.comparingLong(IntervalSet::first))
                .toList();
        long end = Tally.NEVER;
        long overlap = Tally.NEVER;
        for (IntervalSet span : watched) {
            boolean overlaps = end != Tally.NEVER && Math.min(end, span.last()) - span.first() > OVERLAP_MICROS;
            if (overlaps && (!outlivedOnly || span.last() > end)) {
                overlap = Math.max(overlap, Math.min(end, span.last()));
            }
            end = Math.max(end, span.last());
        }
        return overlap;
    }
}
