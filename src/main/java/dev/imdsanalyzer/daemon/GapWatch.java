package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.capture.CaptureStatistics;
import dev.imdsanalyzer.daemon.calls.LostConnects;
import dev.imdsanalyzer.output.line.CaptureGap;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Finds the times of which the log cannot tell everything: the kernel dropped packets or could not hand over who connects, or
 * the machine slept. To be asked about once a second; not for two threads at a time.
 */
final class GapWatch {
    /** The clock of boot time runs on while the machine sleeps, the monotonic one stands still. */
    private static final long SLEEP_NANOS = Duration.ofSeconds(1).toNanos();

    private final Clocks clocks;
    private final Coverage coverage;
    private final Consumer<CaptureGap> gaps;
    private long tickNanos;
    private long clockDifference;
    private long dropsBefore;
    private long cutBefore;
    private long droppedInGap;
    private long cutInGap;
    private long gapStartNanos;
    private LostConnects connectsBefore = LostConnects.NONE;
    /** As it stood when the gap began; null while there is none. */
    private LostConnects connectsAtGapStart;

    private long connectGapStartNanos;

    /**
     * Begins now.
     *
     * @param coverage is told at each tick
     * @param gaps takes each gap once it is over
     */
    GapWatch(Clocks clocks, Coverage coverage, Consumer<CaptureGap> gaps) {
        this.clocks = clocks;
        this.coverage = coverage;
        this.gaps = gaps;
        tickNanos = clocks.monotonicNanos();
        clockDifference = clocks.bootNanos() - tickNanos;
    }

    /** Looks at what happened since the last time. */
    void tick(CaptureStatistics statistics, LostConnects connects) {
        long now = clocks.monotonicNanos();
        noteSleep(now);
        noteDrops(statistics, now);
        noteConnects(connects, now);
        tickNanos = now;
    }

    private void noteSleep(long now) {
        long difference = clocks.bootNanos() - now;
        long slept = difference - clockDifference;
        clockDifference = difference;
        if (slept >= SLEEP_NANOS) {
            coverage.addSleep(slept);
            gaps.accept(CaptureGap.until(clocks.wallNanos(), slept, "the machine slept", 0, 0));
        }
    }

    /** Seconds with drops in a row are one gap, told when it is over; the coverage is told at once. */
    private void noteDrops(CaptureStatistics statistics, long now) {
        long dropped = statistics.kernelDrops() - dropsBefore;
        long cut = statistics.cut() - cutBefore;
        dropsBefore = statistics.kernelDrops();
        cutBefore = statistics.cut();
        if (dropped > 0 || cut > 0) {
            if (!inGap()) {
                gapStartNanos = tickNanos;
            }
            droppedInGap += dropped;
            cutInGap += cut;
            coverage.addGap(now - tickNanos);
        } else if (inGap()) {
            tellDrops(now, tickNanos);
        }
    }

    private boolean inGap() {
        return droppedInGap > 0 || cutInGap > 0;
    }

    private void tellDrops(long now, long gapEndNanos) {
        gaps.accept(CaptureGap.until(
                clocks.wallNanos() - (now - gapEndNanos), gapEndNanos - gapStartNanos, reason(), droppedInGap, 0));
        droppedInGap = 0;
        cutInGap = 0;
    }

    private String reason() {
        String cut = "kept only the start of " + cutInGap + " long packets";
        if (droppedInGap == 0) {
            return "the kernel " + cut;
        }
        return "the kernel dropped packets" + (cutInGap == 0 ? "" : ", and " + cut);
    }

    /** The calls of that time are watched all the same; who made them may be missing. */
    private void noteConnects(LostConnects connects, long now) {
        if (connects.total() > connectsBefore.total()) {
            if (connectsAtGapStart == null) {
                connectsAtGapStart = connectsBefore;
                connectGapStartNanos = tickNanos;
            }
        } else if (connectsAtGapStart != null) {
            tellConnects(now, tickNanos);
        }
        connectsBefore = connects;
    }

    private void tellConnects(long now, long gapEndNanos) {
        long lost = connectsBefore.total() - connectsAtGapStart.total();
        gaps.accept(CaptureGap.ofConnects(
                clocks.wallNanos() - (now - gapEndNanos),
                gapEndNanos - connectGapStartNanos,
                "the kernel could not hand over " + lost + " connect events: "
                        + connectsBefore.since(connectsAtGapStart),
                lost));
        connectsAtGapStart = null;
    }

    /** Looks a last time; a gap that is still open is told. */
    void end(CaptureStatistics statistics, LostConnects connects) {
        tick(statistics, connects);
        if (connectsAtGapStart != null) {
            tellConnects(tickNanos, tickNanos);
        }
        if (inGap()) {
            tellDrops(tickNanos, tickNanos);
        }
    }
}
