package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;

/** One host: its calls, and the time in which it was watched. Times: microseconds since the epoch. */
public final class Instance {
    private final int index;
    private final String id;
    private String name;
    private final Tally tally = new Tally();
    private final IntervalSet covered = new IntervalSet();
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

    void addRun() {
        runs++;
    }

    /**
     * A summary's interval [start, end).
     *
     * @param gapMicros how much of it was not watched
     * @param dropped packets lost in it
     */
    void addCoverage(long start, long end, long gapMicros, long dropped) {
        lostPackets += Math.max(0, dropped);
        covered.add(start, end);
        long located = holes.measure(start, end);
        long missing = dropped > 0 && gapMicros == 0 ? end - start : gapMicros - located;
        // Where a gap has no line of its own nobody knows where it lies: the end is as good a guess and delays the
        // verdict.
        if (missing > 0) {
            holes.add(Math.max(start, end - missing), end);
        }
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

    /** The time proven to have been watched: summaries, less the gaps. */
    public IntervalSet proven() {
        return covered.without(holes);
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
