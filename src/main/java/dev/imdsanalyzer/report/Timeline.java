package dev.imdsanalyzer.report;

import java.util.Arrays;

/**
 * Calls over time, in at most {@value #MAXIMUM_BINS} bins of equal width. The width starts at a second and doubles whenever
 * the span needs more bins, so memory is fixed. Times: microseconds since the epoch.
 */
public final class Timeline {
    private static final int MAXIMUM_BINS = 240;
    private static final int SERIES = Call.Kind.values().length;
    private static final long SECOND_MICROS = 1_000_000L;

    private long width = SECOND_MICROS;
    private long origin;
    private int bins;
    private long[][] counts = new long[SERIES][MAXIMUM_BINS];

    void add(Call call) {
        long time = call.firstMicros();
        if (bins == 0) {
            origin = Math.floorDiv(time, width) * width;
            bins = 1;
        }
        while (needed(time) > MAXIMUM_BINS) {
            widen();
        }
        if (time < origin) {
            shift((int) ((origin - Math.floorDiv(time, width) * width) / width));
        }
        int bin = (int) ((time - origin) / width);
        bins = Math.max(bins, bin + 1);
        if (!call.local()) {
            counts[call.kind().ordinal()][bin] += call.count();
        }
    }

    private long needed(long time) {
        return time < origin
                ? (origin - Math.floorDiv(time, width) * width) / width + bins
                : (time - origin) / width + 1;
    }

    private void widen() {
        long newOrigin = Math.floorDiv(origin, width * 2) * width * 2;
        int offset = (int) ((origin - newOrigin) / width);
        long[][] wider = new long[SERIES][MAXIMUM_BINS];
        for (int series = 0; series < SERIES; series++) {
            for (int bin = 0; bin < bins; bin++) {
                wider[series][(bin + offset) / 2] += counts[series][bin];
            }
        }
        counts = wider;
        bins = (bins + offset + 1) / 2;
        origin = newOrigin;
        width *= 2;
    }

    private void shift(int by) {
        for (long[] series : counts) {
            System.arraycopy(series, 0, series, by, bins);
            Arrays.fill(series, 0, by, 0);
        }
        bins += by;
        origin -= by * width;
    }

    /** Width of a bin. */
    public long width() {
        return width;
    }

    /** Start of the first bin. */
    public long origin() {
        return origin;
    }

    public int bins() {
        return bins;
    }

    public long v1Served(int bin) {
        return counts[Call.Kind.V1_SERVED.ordinal()][bin];
    }

    public long v1Rejected(int bin) {
        return counts[Call.Kind.V1_REJECTED.ordinal()][bin];
    }

    public long v2(int bin) {
        return counts[Call.Kind.V2.ordinal()][bin];
    }

    public long unknown(int bin) {
        return counts[Call.Kind.UNKNOWN.ordinal()][bin];
    }
}
