package dev.imdsanalyzer.output.line.summary;

/**
 * What the daemon knows of the time that a summary is about.
 *
 * @param startNanos where the last summary ended, ns since the epoch
 * @param endNanos now
 * @param watchedSeconds length by the monotonic clock, without the gaps
 * @param gapSeconds of it not watched
 * @param openFlows connections followed now
 */
public record Interval(long startNanos, long endNanos, double watchedSeconds, double gapSeconds, long openFlows) {
    /** How long it really was; the distance of the two ends is another one where the wall clock was set. */
    long durationNanos() {
        return Math.round((watchedSeconds + gapSeconds) * 1e9);
    }
}
