package dev.imdsanalyzer.report;

import dev.imdsanalyzer.output.line.field.EventSchema;
import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;

/**
 * What one summary line proves, in numbers: a view that is filled anew for each line. Whatever in it cannot be true makes all
 * of its time unproven. Times and lengths: microseconds.
 */
final class Summary {
    /** The longest that the configuration allows, and a second for its end. */
    private static final long LONGEST_MICROS = 86_401L * 1_000_000;

    private static final long CLOCK_MICROS = 1_000_000;
    // The parts of a second that the two clocks differ by at the ends; a gap of a lost packet is longer.
    private static final long TOLERATED_MICROS = 300_000;
    private static final long MAXIMUM_COUNT = 1_000_000_000L;

    private long start;
    private long end;
    private long gap;
    private long dropped;
    private long lostPackets;
    private boolean lost;
    private boolean locatesDrops;

    /**
     * Reads a summary.
     *
     * @param time the line's own time, checked by the caller
     * @param earliest before it, and after {@code latest}, no summary can begin or end
     * @return false where it proves nothing, so that it leaves no trace but its counts
     */
    boolean read(EventLine line, long time, long earliest, long latest) {
        double seconds = line.decimal(Field.COVERAGE_SECONDS);
        start = line.micros(Field.START);
        end = line.micros(Field.END);
        if (start == EventLine.NO_TIME || end == EventLine.NO_TIME) {
            end = time;
            start = Double.isNaN(seconds) ? time : time - micros(seconds);
        }
        // A clock that was set during the interval makes it meaningless.
        if (start < earliest || end > latest || end <= start) {
            return false;
        }
        readGap(line, seconds);
        // The analyzer finds the second in which the kernel dropped packets, but not when the rest was lost.
        dropped = count(line, Field.DROPPED_BY_KERNEL);
        long others = count(line, Field.DROPPED_BY_INTERFACE) + count(line, Field.DROPPED_BY_ANALYZER);
        lost |= others > 0 || count(line, Field.FLOWS_EVICTED) > 0 || count(line, Field.UNNAMED) > 0;
        lostPackets = dropped + others;
        locatesDrops = line.has(Field.DROPPED_BY_KERNEL);
        return true;
    }

    private void readGap(EventLine line, double seconds) {
        long span = end - start;
        double gapSeconds = line.decimal(Field.COVERAGE_GAP_SECONDS);
        long watched = micros(seconds);
        long unwatched = micros(gapSeconds);
        boolean impossible = Double.isNaN(seconds)
                || watched < 0
                || watched > span + Math.max(CLOCK_MICROS, span / 100)
                || unwatched < 0
                || unwatched > span + CLOCK_MICROS
                || span > LONGEST_MICROS
                || line.number(Field.SCHEMA, EventSchema.VERSION) != EventSchema.VERSION;
        lost = impossible;
        long missing = Math.max(unwatched, span - watched);
        gap = missing <= Math.min(span / 1000, TOLERATED_MICROS) ? 0 : missing;
    }

    /** 0 for what is no number; never more than 90 000 years either way. */
    private static long micros(double seconds) {
        return (long) Math.max(-3e18, Math.min(3e18, seconds * 1e6));
    }

    /** A number of a summary; a forged one must not make a sum overflow. */
    static long count(EventLine line, Field field) {
        long value = line.number(field, 0);
        return value < 0 ? MAXIMUM_COUNT : Math.min(MAXIMUM_COUNT, value);
    }

    /** Leaves out what is not in [since, until). What is unproven in it stays as long. */
    void clip(long since, long until) {
        start = Math.max(start, since);
        end = Math.min(end, until);
    }

    long start() {
        return start;
    }

    long end() {
        return end;
    }

    /** How much of it was not watched. */
    long gap() {
        return gap;
    }

    /** Packets that the kernel dropped, which the analyzer locates as a gap where it can. */
    long dropped() {
        return dropped;
    }

    /** Whether it says for its own time how many packets were dropped. */
    boolean locatesDrops() {
        return locatesDrops;
    }

    /** All packets that the analyzer knows it lost. */
    long lostPackets() {
        return lostPackets;
    }

    /** Whether something was lost of which nobody knows when in the interval, or the line cannot be believed. */
    boolean lost() {
        return lost;
    }
}
