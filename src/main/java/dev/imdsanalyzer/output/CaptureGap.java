package dev.imdsanalyzer.output;

/**
 * A time of which the log does not tell everything.
 *
 * @param startNanos ns since the epoch
 * @param endNanos ns since the epoch; not before the start, or the gap counts as empty
 * @param reason why, as a clause
 * @param packetsDropped 0 if none or unknown
 * @param linesLost calls that were seen but could not be written
 */
public record CaptureGap(long startNanos, long endNanos, String reason, long packetsDropped, long linesLost) {
    long durationNanos() {
        return Math.max(0, endNanos - startNanos);
    }
}
