package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** One host: its calls, and the time in which it was watched. Times: microseconds since the epoch. */
public final class Instance {
    private static final int MAXIMUM_RUNS = 1024;
    private static final long UNKNOWN_RUN = 0;
    // A clock that is set back at a start makes two runs of one host overlap by this much at most.
    private static final long OVERLAP_MICROS = 60_000_000L;

    private final int index;
    private final String id;
    private String name;
    private final Tally tally = new Tally();
    private final LongTable<Run> runsById = new LongTable<>();
    private final IntervalSet holes = new IntervalSet();
    private long firstEvent = Long.MAX_VALUE;
    private long lastEvent = Tally.NEVER;
    private long undatedV1;
    private long lastUnreadable = Tally.NEVER;
    private long unreadable;
    private long runs;
    private long lostPackets;
    private boolean reportsCalls;
    private long reportedV1;
    private long reportedV1From = Tally.NEVER;
    private long reportedV1To = Tally.NEVER;

    Instance(int index, String id, String name) {
        this.index = index;
        this.id = id;
        this.name = name;
    }

    void seen(long time, EventLine line) {
        firstEvent = Math.min(firstEvent, time);
        lastEvent = Math.max(lastEvent, time);
        if (name == null) {
            name = line.text(Field.HOST_NAME);
        }
    }

    void addCall(Call call) {
        tally.add(call);
    }

    void addUndatedV1(long count) {
        undatedV1 += count;
    }

    void addUnreadable(Call call) {
        unreadable += call.count();
        lastUnreadable = Math.max(lastUnreadable, call.lastMicros());
    }

    /**
     * A start of the analyzer.
     *
     * @param runId hash of the run's id; 0 if the log does not say it
     * @param device what it captures on; null if the log does not say it
     */
    void addRun(long runId, String device) {
        runs++;
        if (device != null) {
            run(runId).setDevice(device);
        }
    }

    private Run run(long runId) {
        Run known = runsById.get(runId);
        if (known != null) {
            return known;
        }
        long key = runsById.size() < MAXIMUM_RUNS ? runId : UNKNOWN_RUN;
        return runsById.computeIfAbsent(key, () -> new Run(key != UNKNOWN_RUN));
    }

    /**
     * A summary's interval [start, end).
     *
     * @param runId hash of the run's id; 0 if the log does not say it
     * @param gapMicros how much of it was not watched
     * @param dropped packets that the kernel dropped, which the analyzer locates as a gap where it can
     * @param lost whether something else was lost, of which nobody knows when in the interval
     */
    void addCoverage(long runId, long start, long end, long gapMicros, long dropped, boolean lost) {
        run(runId).addCoverage(start, end);
        long located = holes.measure(start, end);
        boolean unlocated = lost || (dropped > 0 && gapMicros == 0);
        long missing = unlocated ? end - start : gapMicros - located;
        // Where a gap has no line of its own nobody knows where it lies: the end is as good a guess and delays the
        // verdict.
        if (missing > 0) {
            holes.add(Math.max(start, end - missing), end);
        }
    }

    void addLostPackets(long count) {
        lostPackets += count;
    }

    void addHole(long start, long end) {
        holes.add(start, end);
    }

    /** What a summary counts in [start, end); each of those calls ought to have a line. */
    void addReported(long start, long end, long v1, boolean anyCall) {
        reportsCalls |= anyCall || v1 > 0;
        if (v1 > 0 && start > reportedV1From) {
            reportedV1 = v1;
            reportedV1From = start;
            reportedV1To = end;
        }
    }

    /** A number from 0 on, in the order in which the instances turned up. */
    public int index() {
        return index;
    }

    /** The EC2 instance id; null if the log does not say it. */
    public String id() {
        return id;
    }

    /** The host's name; null if the log does not say it. */
    public String name() {
        return name;
    }

    /** The id, or else the name, or else a word for neither. */
    public String title() {
        if (id != null) {
            return id;
        }
        return name != null ? name : "unknown host";
    }

    public Tally tally() {
        return tally;
    }

    /** The time proven to have been watched: summaries of captures that could see a call, less the gaps. */
    public IntervalSet proven() {
        IntervalSet covered = new IntervalSet();
        for (Run run : runsById.values()) {
            if (!run.onLoopback()) {
                addAll(covered, run.covered());
            }
        }
        return covered.without(holes);
    }

    /** The time watched on the loopback device alone, which no call to IMDS passes. */
    IntervalSet watchedInVain() {
        IntervalSet loopback = new IntervalSet();
        IntervalSet others = new IntervalSet();
        for (Run run : runsById.values()) {
            addAll(run.onLoopback() ? loopback : others, run.covered());
        }
        return loopback.without(others);
    }

    private static void addAll(IntervalSet sum, IntervalSet spans) {
        for (int i = 0; i < spans.size(); i++) {
            sum.add(spans.start(i), spans.end(i));
        }
    }

    /** Devices that a capture since then was confined to, the loopback device aside; sorted. */
    SortedSet<String> devicesSince(long time) {
        SortedSet<String> devices = new TreeSet<>();
        for (Run run : runsById.values()) {
            boolean counts = !run.covered().isEmpty() && run.covered().last() > time;
            if (counts && !run.onLoopback() && run.singleDevice() != null) {
                devices.add(run.singleDevice());
            }
        }
        return devices;
    }

    /**
     * Whether several hosts go by this name. Without an instance id only that tells: two runs watched at the same time, and
     * one host has one analyzer.
     */
    public boolean isSeveralHosts() {
        if (id != null) {
            return false;
        }
        List<IntervalSet> spans = runsById.values().stream()
                .filter(run -> run.isKnown() && !run.covered().isEmpty())
                .map(Run::covered)
                .sorted(Comparator.comparingLong(IntervalSet::first))
                .toList();
        long end = Long.MIN_VALUE;
        for (IntervalSet span : spans) {
            if (end != Long.MIN_VALUE && Math.min(end, span.last()) - span.first() > OVERLAP_MICROS) {
                return true;
            }
            end = Math.max(end, span.last());
        }
        return false;
    }

    /** The first line of any kind; {@link Long#MAX_VALUE} if none. */
    public long firstEvent() {
        return firstEvent;
    }

    /** The last line of any kind; {@link Tally#NEVER} if none. */
    public long lastEvent() {
        return lastEvent;
    }

    /** IMDSv1 calls whose time cannot be believed. */
    public long undatedV1() {
        return undatedV1;
    }

    /** Calls whose version could not be told although they were HTTP, or may have been. */
    public long unreadable() {
        return unreadable;
    }

    /** When the last of those was. */
    public long lastUnreadable() {
        return lastUnreadable;
    }

    /** Whether a summary counts any call. */
    public boolean reportsCalls() {
        return reportsCalls;
    }

    /** IMDSv1 calls in the last summary that counts any. */
    public long reportedV1() {
        return reportedV1;
    }

    /** Where that summary begins; {@link Tally#NEVER} if there is none. */
    public long reportedV1From() {
        return reportedV1From;
    }

    /** Where it ends. */
    public long reportedV1To() {
        return reportedV1To;
    }

    /** How often the analyzer was started. */
    public long runs() {
        return runs;
    }

    /** Packets that the analyzer knows it lost. */
    public long lostPackets() {
        return lostPackets;
    }
}
