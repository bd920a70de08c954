package dev.imdsanalyzer.output.line;

/**
 * A time of which the log does not tell everything.
 *
 * @param startNanos ns since the epoch
 * @param endNanos ns since the epoch; not before the start, or the gap counts as empty
 * @param reason why, as a clause
 * @param packetsDropped 0 if none or unknown
 * @param linesLost lines that could not be written; a line for several calls counts as many
 * @param connectEventsLost connect events that the kernel could not hand over: their callers may be unnamed
 * @param connectsUnseen connects whose packets the capture does not show: what was asked is not known
 */
public record CaptureGap(
        long startNanos,
        long endNanos,
        String reason,
        long packetsDropped,
        long linesLost,
        long connectEventsLost,
        long connectsUnseen) {
    /** A gap in which no connect event was lost. */
    public CaptureGap(long startNanos, long endNanos, String reason, long packetsDropped, long linesLost) {
        this(startNanos, endNanos, reason, packetsDropped, linesLost, 0, 0);
    }

    /**
     * A gap by its end and its length: of two readings of the wall clock one may be from before it was set.
     *
     * @param endNanos ns since the epoch
     * @param lengthNanos by the monotonic clock
     */
    public static CaptureGap until(
            long endNanos, long lengthNanos, String reason, long packetsDropped, long linesLost) {
        return new CaptureGap(endNanos - lengthNanos, endNanos, reason, packetsDropped, linesLost);
    }

    /** A gap of connect events only, by its end and its length. */
    public static CaptureGap ofConnects(long endNanos, long lengthNanos, String reason, long connectEventsLost) {
        return new CaptureGap(endNanos - lengthNanos, endNanos, reason, 0, 0, connectEventsLost, 0);
    }

    /**
     * Connects that the kernel reported and the capture has not shown.
     *
     * @param nowNanos ns since the epoch
     * @param count how many
     * @param whose who made how many, a clause
     */
    public static CaptureGap ofUnseenConnects(long nowNanos, long count, String whose) {
        String reason = count + (count == 1 ? " connect to IMDS was" : " connects to IMDS were")
                + " seen by the kernel whose packets the capture does not show (redirected to the loopback device, or on"
                + " a device that is not captured?): " + whose;
        return new CaptureGap(nowNanos, nowNanos, reason, 0, 0, 0, count);
    }

    long durationNanos() {
        return Math.max(0, endNanos - startNanos);
    }
}
