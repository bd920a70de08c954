package dev.imdsanalyzer.report;

import java.util.Arrays;

/**
 * Spans of time [start, end) in microseconds, kept sorted and apart: spans that touch become one. Bounded: past
 * {@value #MAXIMUM} spans the shortest is dropped, so a set of coverage only ever shrinks by it.
 */
public final class IntervalSet {
    private static final int MAXIMUM = 4096;
    // Summaries follow one another without a hole; this allows for times cut to milliseconds on the way.
    private static final long TOUCHING_MICROS = 2_000;

    private long[] starts = new long[4];
    private long[] ends = new long[4];
    private int size;

    /** Adds [start, end); nothing if it is empty. */
    public void add(long start, long end) {
        if (end <= start) {
            return;
        }
        int from = 0;
        if (size > 0 && start > ends[size - 1] + TOUCHING_MICROS) {
            from = size;
        } else {
            while (from < size && ends[from] + TOUCHING_MICROS < start) {
                from++;
            }
        }
        int to = from;
        long mergedStart = start;
        long mergedEnd = end;
        while (to < size && starts[to] <= end + TOUCHING_MICROS) {
            mergedStart = Math.min(mergedStart, starts[to]);
            mergedEnd = Math.max(mergedEnd, ends[to]);
            to++;
        }
        replace(from, to, mergedStart, mergedEnd);
        if (size > MAXIMUM) {
            removeShortest();
        }
    }

    private void replace(int from, int to, long start, long end) {
        int newSize = size - (to - from) + 1;
        if (newSize > starts.length) {
            starts = Arrays.copyOf(starts, starts.length * 2);
            ends = Arrays.copyOf(ends, ends.length * 2);
        }
        System.arraycopy(starts, to, starts, from + 1, size - to);
        System.arraycopy(ends, to, ends, from + 1, size - to);
        starts[from] = start;
        ends[from] = end;
        size = newSize;
    }

    private void removeShortest() {
        int shortest = 0;
        for (int i = 1; i < size; i++) {
            if (ends[i] - starts[i] < ends[shortest] - starts[shortest]) {
                shortest = i;
            }
        }
        System.arraycopy(starts, shortest + 1, starts, shortest, size - shortest - 1);
        System.arraycopy(ends, shortest + 1, ends, shortest, size - shortest - 1);
        size--;
    }

    /** Microseconds of [from, to) that are inside. */
    public long measure(long from, long to) {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            sum += Math.max(0, Math.min(ends[i], to) - Math.max(starts[i], from));
        }
        return sum;
    }

    /** This set without what is in the other. */
    public IntervalSet without(IntervalSet other) {
        IntervalSet rest = new IntervalSet();
        int hole = 0;
        for (int i = 0; i < size; i++) {
            long at = starts[i];
            while (hole < other.size && other.ends[hole] <= at) {
                hole++;
            }
            for (int next = hole; next < other.size && other.starts[next] < ends[i]; next++) {
                rest.append(at, other.starts[next]);
                at = Math.max(at, other.ends[next]);
            }
            rest.append(at, ends[i]);
        }
        return rest;
    }

    // Unlike add, this keeps the parts around a very short hole apart.
    private void append(long start, long end) {
        if (end > start) {
            replace(size, size, start, end);
        }
    }

    public int size() {
        return size;
    }

    public long start(int index) {
        return starts[index];
    }

    public long end(int index) {
        return ends[index];
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** The start of the first span; the set must not be empty. */
    public long first() {
        return starts[0];
    }

    /** The end of the last span; the set must not be empty. */
    public long last() {
        return ends[size - 1];
    }
}
