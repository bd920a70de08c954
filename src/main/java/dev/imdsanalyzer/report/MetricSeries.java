package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.List;

/**
 * CloudWatch's own count of one metric, period by period, with our count beside it. Times: microseconds since the epoch.
 *
 * <p>Our count of a period is the most that the log can explain: a line that stands for several calls counts in each period
 * it touches, and a minute is allowed for the clocks. So an excess in CloudWatch is never an artefact of the borders.
 */
public final class MetricSeries {
    private static final long SLACK_MICROS = 60_000_000L;

    private final String source;
    private final String instanceId;
    private final boolean rejected;
    private final long periodMicros;
    private final long[] starts;
    private final double[] sums;
    private final long[] seen;
    private long logged;

    /**
     * @param source the file, for messages
     * @param instanceId null for all instances together
     * @param rejected whether it is MetadataNoTokenRejected rather than MetadataNoToken
     * @param starts beginnings of the periods, ascending
     */
    MetricSeries(String source, String instanceId, boolean rejected, long periodMicros, long[] starts, double[] sums) {
        this.source = source;
        this.instanceId = instanceId;
        this.rejected = rejected;
        this.periodMicros = periodMicros;
        this.starts = starts;
        this.sums = sums;
        this.seen = new long[starts.length];
    }

    /** A period in which CloudWatch counted more than the log shows. */
    public record Excess(long startMicros, long periodMicros, double counted, long seen) {}

    void add(Call call, String callInstanceId) {
        Call.Kind wanted = rejected ? Call.Kind.V1_REJECTED : Call.Kind.V1_SERVED;
        if (call.local() || call.kind() != wanted || (instanceId != null && !instanceId.equals(callInstanceId))) {
            return;
        }
        long from = call.firstMicros() - SLACK_MICROS;
        long to = call.lastMicros() + SLACK_MICROS;
        int first = firstEndingAfter(from);
        for (int i = first; i < starts.length && starts[i] <= to; i++) {
            seen[i] += call.count();
        }
        if (first < starts.length && starts[first] <= to) {
            logged += call.count();
        }
    }

    /** Calls in the log at the time of its periods, each once. */
    public long logged() {
        return logged;
    }

    private int firstEndingAfter(long time) {
        int low = 0;
        int high = starts.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (starts[middle] + periodMicros > time) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** The periods that begin in [since, until) and have an excess. */
    List<Excess> excesses(long since, long until) {
        List<Excess> excesses = new ArrayList<>();
        for (int i = 0; i < starts.length; i++) {
            if (sums[i] > seen[i] && starts[i] >= since && starts[i] < until) {
                excesses.add(new Excess(starts[i], periodMicros, sums[i], seen[i]));
            }
        }
        return excesses;
    }

    /** What CloudWatch counted in all. */
    public double total() {
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        return total;
    }

    public int periods() {
        return starts.length;
    }

    public String source() {
        return source;
    }

    /** Null for all instances together. */
    public String instanceId() {
        return instanceId;
    }

    /** The metric's name in the namespace AWS/EC2. */
    public String metricName() {
        return rejected ? "MetadataNoTokenRejected" : "MetadataNoToken";
    }

    public boolean rejected() {
        return rejected;
    }
}
