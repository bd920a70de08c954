package dev.imdsanalyzer.output.line.summary;

import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.status.Counter;
import java.util.EnumMap;
import java.util.Map;

/** What was seen in an interval, and how well. Immutable. */
final class SummaryFigures {
    /** Behind each of these may be a call that has no line, or one that does not tell all; told only where there are any. */
    private static final Map<Counter, String> OTHER_LOSSES = otherLosses();

    private final Interval interval;
    private final Tally tally;
    private final PeakWatch.Peak peak;
    private final long[] totals;
    private final long[] before;

    /**
     * Those of one interval.
     *
     * @param totals since the start, by {@link Counter#ordinal}; not changed any more
     * @param before the same at the interval's begin
     */
    SummaryFigures(Interval interval, Tally tally, PeakWatch.Peak peak, long[] totals, long[] before) {
        this.interval = interval;
        this.tally = tally;
        this.peak = peak;
        this.totals = totals;
        this.before = before;
    }

    private static Map<Counter, String> otherLosses() {
        Map<Counter, String> losses = new EnumMap<>(Counter.class);
        losses.put(Counter.STREAM_GAPS, " gaps in connections");
        losses.put(Counter.STREAM_BYTES_DISCARDED, " bytes of connections given up");
        losses.put(Counter.REQUESTS_UNTRACKED, " requests without their responses");
        losses.put(Counter.CONNECT_EVENTS_LOST, " connect events lost");
        losses.put(Counter.CONNECTS_UNSEEN, " connects that the capture has not shown");
        losses.put(Counter.CALLERS_GIVEN_UP, " callers given up");
        losses.put(Counter.INTERNAL_ERRORS, " faults survived");
        return losses;
    }

    Interval interval() {
        return interval;
    }

    Tally tally() {
        return tally;
    }

    PeakWatch.Peak peak() {
        return peak;
    }

    long during(Counter counter) {
        // Drops that are read just while the device is lost may count twice for that moment.
        return Math.max(0, totals[counter.ordinal()] - before[counter.ordinal()]);
    }

    long packetsDropped() {
        return during(Counter.KERNEL_DROPS) + during(Counter.INTERFACE_DROPS) + droppedByAnalyzer();
    }

    long droppedByAnalyzer() {
        return during(Counter.FRAMES_UNDECODABLE) + during(Counter.FRAGMENTS_EXPIRED);
    }

    boolean lossless() {
        return packetsDropped() == 0
                && during(Counter.LINES_DROPPED) == 0
                && during(Counter.CONNECTIONS_EVICTED) == 0
                && OTHER_LOSSES.keySet().stream().allMatch(counter -> during(counter) == 0)
                && interval.gapSeconds() == 0;
    }

    /** 0 to 1; only where there were calls. */
    double attributedShare() {
        return (double) tally.named() / tally.total();
    }

    String message() {
        StringBuilder message = new StringBuilder(96);
        message.append(Math.round(interval.watchedSeconds())).append(" s watched: ");
        message.append(tally.calls(ImdsVersion.V1)).append(" IMDSv1, ");
        message.append(tally.calls(ImdsVersion.V2)).append(" IMDSv2 calls");
        if (tally.calls(ImdsVersion.UNKNOWN) > 0) {
            message.append(", ").append(tally.calls(ImdsVersion.UNKNOWN)).append(" not understood");
        }
        if (tally.total() > 0) {
            message.append(", ").append(Math.round(100 * attributedShare())).append(" % attributed");
        }
        if (lossless()) {
            return message.append(", nothing lost").toString();
        }
        message.append("; ").append(packetsDropped()).append(" packets dropped, ");
        message.append(during(Counter.CONNECTIONS_EVICTED)).append(" connections evicted, ");
        message.append(during(Counter.LINES_DROPPED)).append(" lines lost, ");
        message.append(Math.round(interval.gapSeconds())).append(" s not watched");
        OTHER_LOSSES.forEach((counter, what) -> {
            if (during(counter) > 0) {
                message.append(", ").append(during(counter)).append(what);
            }
        });
        return message.toString();
    }
}
