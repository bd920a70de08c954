package dev.imdsanalyzer.output;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the second of an interval with most IMDS packets, and who called in it: AWS drops packets to its link-local
 * services above 1024 a second and network interface.
 *
 * <p>{@link #packet} is called by the capture thread alone; the rest by any. Calls are told after their packets, so the
 * callers of the last {@value #KEPT_SECONDS} seconds are kept, {@value #CALLERS_PER_SECOND} of each.
 */
public final class PeakWatch {
    private static final int KEPT_SECONDS = 1024;
    private static final int CALLERS_PER_SECOND = 16;
    private static final int CALLERS_TOLD = 5;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private long second = Long.MIN_VALUE;
    private long packetsInSecond;

    private long peakPackets;
    private long peakSecond;
    private final LinkedHashMap<Long, Map<CallerIdentity, long[]>> callers = new LinkedHashMap<>();

    /** @param packetsPerSecond 0 if there was no packet */
    record Peak(long packetsPerSecond, long epochSecond, List<Share> callers) {}

    /** A caller and how many calls it made in the peak second. */
    record Share(CallerIdentity caller, long calls) {}

    /** One packet to or from IMDS; on the capture thread. */
    public void packet(long timestampNanos) {
        long now = timestampNanos / NANOS_PER_SECOND;
        if (now != second) {
            roll(now);
        }
        packetsInSecond++;
    }

    private synchronized void roll(long now) {
        if (packetsInSecond > peakPackets) {
            peakPackets = packetsInSecond;
            peakSecond = second;
        }
        second = now;
        packetsInSecond = 0;
    }

    synchronized void call(long timestampNanos, CallerIdentity caller) {
        if (caller == null) {
            return;
        }
        Map<CallerIdentity, long[]> ofSecond =
                callers.computeIfAbsent(timestampNanos / NANOS_PER_SECOND, key -> new HashMap<>());
        long[] calls = ofSecond.get(caller);
        if (calls != null) {
            calls[0]++;
        } else if (ofSecond.size() < CALLERS_PER_SECOND) {
            ofSecond.put(caller, new long[] {1});
        }
        if (callers.size() > KEPT_SECONDS) {
            Iterator<Long> eldest = callers.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /** The peak since the last time that this was asked; the second under way counts for the next time. */
    synchronized Peak take() {
        List<Share> shares = callers.getOrDefault(peakSecond, Map.of()).entrySet().stream()
                .map(entry -> new Share(entry.getKey(), entry.getValue()[0]))
                .sorted(Comparator.comparingLong(Share::calls).reversed())
                .limit(CALLERS_TOLD)
                .toList();
        Peak peak = new Peak(peakPackets, peakSecond, shares);
        peakPackets = 0;
        callers.clear();
        return peak;
    }
}
