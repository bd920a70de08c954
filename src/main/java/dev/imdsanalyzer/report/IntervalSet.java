package dev.imdsanalyzer.report;

import java.util.Arrays;

/**
 * Spans of time [start, end) in microseconds, kept sorted and apart: spans that touch become one. Bounded: past
 * {@value #MAXIMUM} spans it gives up detail, and always to the side of less proof. A set of what is proven forgets its shortest
 * spans; a set of gaps fills the shortest distances between them.
 */
public final class IntervalSet {
    /** 31 days of a summary every 5 minutes are 8 928. */
    private static final int MAXIMUM = 16_384;
    // So much is given up at once that the work is spread over as many further spans.
    private static final int KEPT = MAXIMUM * 3 / 4;
    // Summaries follow one another without a hole; this allows for times cut to milliseconds on the way.
    private static final long TOUCHING_MICROS = 2_000;

    private final boolean ofGaps;
    private long[] starts = new long[4];
    private long[] ends = new long[4];
    private int size;

    private IntervalSet(boolean ofGaps) {
        this.ofGaps = ofGaps;
    }

    /** A set of time that is proven to have been watched: where there is no room it shrinks. */
    public static IntervalSet ofProof() {
        return new IntervalSet(false);
    }

    /** A set of time in which something was lost: where there is no room it grows. */
    public static IntervalSet ofGaps() {
        return new IntervalSet(true);
    }

    /** Adds [start, end); nothing if it is empty. */
    public void add(long start, long end) {
        if (end <= start) {
            return;
        }
        // Two gaps with proof between them stay apart, however short it is.
        long touching = ofGaps ? 0 : TOUCHING_MICROS;
        int from = firstEndingFrom(start - touching);
        int to = from;
        long mergedStart = start;
        long mergedEnd = end;
        while (to < size && starts[to] <= end + touching) {
            mergedStart = Math.min(mergedStart, starts[to]);
            mergedEnd = Math.max(mergedEnd, ends[to]);
            to++;
        }
        replace(from, to, mergedStart, mergedEnd);
        if (size > MAXIMUM) {
            shrink();
        }
    }

    void addAll(IntervalSet other) {
        for (int i = 0; i < other.size; i++) {
            add(other.starts[i], other.ends[i]);
        }
    }

    /** The first span that ends at this time or later; {@code size} if none does. */
    private int firstEndingFrom(long time) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
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

    private void shrink() {
        int surplus = size - KEPT;
        long[] lengths = new long[size];
        for (int i = 0; i < size; i++) {
            lengths[i] = cost(i);
        }
        long[] sorted = lengths.clone();
        Arrays.sort(sorted);
        long limit = sorted[surplus - 1];
        int kept = 0;
        for (int i = 0; i < size; i++) {
            boolean givenUp = surplus > 0 && lengths[i] <= limit;
            if (!givenUp) {
                starts[kept] = starts[i];
                ends[kept++] = ends[i];
            } else {
                surplus--;
                if (ofGaps) {
                    ends[kept - 1] = ends[i];
                }
            }
        }
        size = kept;
    }

    /** What giving up this span costs: its own length, or for a gap the distance to the one before it. */
    private long cost(int index) {
        if (!ofGaps) {
            return ends[index] - starts[index];
        }
        return index == 0 ? Long.MAX_VALUE : starts[index] - ends[index - 1];
    }

    /** Microseconds of [from, to) that are inside. */
    public long measure(long from, long to) {
        long sum = 0;
        for (int i = firstEndingFrom(from); i < size && starts[i] < to; i++) {
            sum += Math.max(0, Math.min(ends[i], to) - Math.max(starts[i], from));
        }
        return sum;
    }

    /** This set without what is in the other. */
    public IntervalSet without(IntervalSet other) {
        IntervalSet rest = new IntervalSet(ofGaps);
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

    /** What is in both. */
    IntervalSet and(IntervalSet other) {
        return without(without(other));
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
