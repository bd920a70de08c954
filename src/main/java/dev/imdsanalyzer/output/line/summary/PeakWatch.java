package dev.imdsanalyzer.output.line.summary;

import dev.imdsanalyzer.output.line.caller.CallerIdentity;
import dev.imdsanalyzer.output.text.SafeText;
import dev.imdsanalyzer.secrets.SecretRedactor;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

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
    /** Of all seconds together, some 500 bytes each; past it the oldest second's are forgotten. */
    private static final int CALLERS_KEPT = 4096;

    private static final int CALLERS_TOLD = 5;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Longer labels are cut; a User-Agent may be as long as a request. */
    private static final int MAX_LABEL_BYTES = 256;

    /** The second under way. Written by the capture thread with this object's lock held, so that thread reads it without. */
    private long second = Long.MIN_VALUE;

    /** Counted up by the capture thread alone. */
    private final AtomicLong packetsInSecond = new AtomicLong();

    /** Of the last summary, whose peak it may have been. */
    private long takenSecond = Long.MIN_VALUE;

    private long peakPackets;
    private long peakSecond;
    private int callersKept;
    private final LinkedHashMap<Long, Map<String, Caller>> callers = new LinkedHashMap<>();

    private static final class Caller {
        private final CallerIdentity identity;
        private long calls;

        private Caller(CallerIdentity identity) {
            this.identity = identity;
        }
    }

    /** @param packetsPerSecond 0 if there was no packet */
    record Peak(long packetsPerSecond, long epochSecond, List<Share> callers) {}

    /** A caller and how many calls it made in the peak second. */
    record Share(CallerIdentity caller, long calls) {}

    /** One packet to or from IMDS; on the capture thread. */
    public void packet(long timestampNanos) {
        time(timestampNanos);
        packetsInSecond.lazySet(packetsInSecond.get() + 1);
    }

    /** What time it is, where no packet comes; on the capture thread. */
    public void time(long nowNanos) {
        long now = Math.floorDiv(nowNanos, NANOS_PER_SECOND);
        if (now != second) {
            roll(now);
        }
    }

    /** No packet will come any more: the second under way is over; on the capture thread. */
    public void end() {
        roll(Long.MIN_VALUE);
    }

    private synchronized void roll(long now) {
        compare();
        second = now;
        packetsInSecond.set(0);
    }

    private void compare() {
        if (second == takenSecond) {
            return;
        }
        long packets = packetsInSecond.get();
        if (packets > peakPackets) {
            peakPackets = packets;
            peakSecond = second;
        }
    }

    public synchronized void call(long timestampNanos, CallerIdentity caller) {
        if (caller == null) {
            return;
        }
        Map<String, Caller> ofSecond =
                callers.computeIfAbsent(Math.floorDiv(timestampNanos, NANOS_PER_SECOND), key -> new HashMap<>());
        Caller known = ofSecond.get(caller.fingerprint());
        if (known == null && ofSecond.size() < CALLERS_PER_SECOND) {
            known = new Caller(bounded(caller));
            ofSecond.put(caller.fingerprint(), known);
            callersKept++;
        }
        if (known != null) {
            known.calls++;
        }
        if (callers.size() > KEPT_SECONDS || callersKept > CALLERS_KEPT) {
            Iterator<Map<String, Caller>> eldest = callers.values().iterator();
            callersKept -= eldest.next().size();
            eldest.remove();
        }
    }

    /** Without secrets before it is cut: of half a secret nobody can tell that it is one. */
    private static CallerIdentity bounded(CallerIdentity caller) {
        String label = SafeText.of(SecretRedactor.redact(caller.label()), MAX_LABEL_BYTES);
        return new CallerIdentity(label, caller.fingerprint());
    }

    /**
     * The peak since the last time that this was asked. The second under way counts for the next time, unless it is over.
     *
     * @param nowNanos ns since the epoch
     */
    public synchronized Peak take(long nowNanos) {
        long now = Math.floorDiv(nowNanos, NANOS_PER_SECOND);
        if (second < now) {
            compare();
            takenSecond = second;
        }
        List<Share> shares = callers.getOrDefault(peakSecond, Map.of()).values().stream()
                .map(caller -> new Share(caller.identity, caller.calls))
                .sorted(Comparator.comparingLong(Share::calls).reversed())
                .limit(CALLERS_TOLD)
                .toList();
        Peak peak = new Peak(peakPackets, peakSecond, shares);
        peakPackets = 0;
        callers.keySet().removeIf(of -> of < now);
        callersKept = callers.values().stream().mapToInt(Map::size).sum();
        return peak;
    }
}
