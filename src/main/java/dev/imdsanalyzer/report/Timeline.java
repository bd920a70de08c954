package dev.imdsanalyzer.report;

import java.util.Arrays;

/**
 * Calls over time, in at most {@value #MAXIMUM_BINS} bins of equal width. The width starts at a second and grows whenever the
 * span needs more bins, so memory is fixed: over 5 and 15 seconds, minutes and hours that a person can name to days, then
 * by doubling. Each width is a multiple of the one before. Times: microseconds since the epoch.
 */
public final class Timeline {
    private static final int MAXIMUM_BINS = 240;
    private static final int SERIES = Call.Kind.values().length;
    private static final long SECOND_MICROS = 1_000_000L;
    /** To 5 s, 15 s, 1 min, 5 min, 15 min, 1 h, 3 h, 6 h, 12 h, 1 d. */
    private static final int[] GROWTH = {5, 3, 4, 5, 3, 4, 3, 2, 2, 2};

    private long width = SECOND_MICROS;
    private int growths;
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
        // What is not AWS's, or never reached IMDS, is told apart.
        if (!call.local() && !call.probe()) {
            counts[call.kind().ordinal()][bin] += call.count();
        }
    }

    private long needed(long time) {
        return time < origin
                ? (origin - Math.floorDiv(time, width) * width) / width + bins
                : (time - origin) / width + 1;
    }

    private void widen() {
        int factor = growths < GROWTH.length ? GROWTH[growths] : 2;
        long newWidth = width * factor;
        long newOrigin = Math.floorDiv(origin, newWidth) * newWidth;
        int offset = (int) ((origin - newOrigin) / width);
        long[][] wider = new long[SERIES][MAXIMUM_BINS];
        for (int series = 0; series < SERIES; series++) {
            for (int bin = 0; bin < bins; bin++) {
                wider[series][(bin + offset) / factor] += counts[series][bin];
            }
        }
        counts = wider;
        bins = (bins + offset + factor - 1) / factor;
        origin = newOrigin;
        width = newWidth;
        growths++;
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
