package dev.imdsanalyzer.report;

import java.util.Arrays;

/**
 * What the summaries of one run say was lost since it began: a total that only ever rises. Where it rises, that summary's time
 * is a hole. Summaries may come in any order. Bounded: past {@value #MAXIMUM} rises the older half becomes one hole. Times:
 * microseconds since the epoch.
 */
final class LossTrail {
    private static final int MAXIMUM = 4096;

    // Stretches of one total, sorted by their ends; the first summary of each is the one in which it rose.
    private long[] starts = new long[1];
    private long[] firstEnds = new long[1];
    private long[] ends = new long[1];
    private long[] totals = new long[1];
    private int size;
    private long forgottenFrom = Long.MAX_VALUE;
    private long forgottenTo = Long.MIN_VALUE;
    private long totalBefore;

    /** A summary of [start, end). */
    void add(long start, long end, long total) {
        int at = size;
        while (at > 0 && ends[at - 1] > end) {
            at--;
        }
        if (at > 0 && totals[at - 1] == total) {
            ends[at - 1] = end;
        } else if (at < size && totals[at] == total) {
            if (end < firstEnds[at] || start < starts[at]) {
                starts[at] = Math.min(start, starts[at]);
                firstEnds[at] = Math.min(end, firstEnds[at]);
            }
        } else {
            insert(at, start, end, total);
        }
    }

    private void insert(int at, long start, long end, long total) {
        if (size == starts.length) {
            int larger = size * 2;
            starts = Arrays.copyOf(starts, larger);
            firstEnds = Arrays.copyOf(firstEnds, larger);
            ends = Arrays.copyOf(ends, larger);
            totals = Arrays.copyOf(totals, larger);
        }
        for (long[] column : new long[][] {starts, firstEnds, ends, totals}) {
            System.arraycopy(column, at, column, at + 1, size - at);
        }
        starts[at] = start;
        firstEnds[at] = end;
        ends[at] = end;
        totals[at] = total;
        if (++size > MAXIMUM) {
            forgetOlderHalf();
        }
    }

    private void forgetOlderHalf() {
        int half = size / 2;
        for (int i = 0; i < half; i++) {
            forgottenFrom = Math.min(forgottenFrom, starts[i]);
            forgottenTo = Math.max(forgottenTo, ends[i]);
        }
        totalBefore = totals[half - 1];
        size -= half;
        for (long[] column : new long[][] {starts, firstEnds, ends, totals}) {
            System.arraycopy(column, half, column, 0, size);
        }
    }

    /**
     * Adds the times of the summaries in which something was lost.
     *
     * @param oneRun whether the totals are those of one run, so that they cannot begin anew
     */
    void addTo(IntervalSet holes, boolean oneRun) {
        holes.add(forgottenFrom, forgottenTo);
        long before = totalBefore;
        for (int i = 0; i < size; i++) {
            boolean begunAnew = totals[i] < before && !oneRun;
            if (totals[i] != (begunAnew ? 0 : before)) {
                holes.add(starts[i], firstEnds[i]);
            }
            before = totals[i];
        }
    }

    /** Entries kept, for whoever keeps account of memory. */
    int size() {
        return size;
    }
}
