package dev.imdsanalyzer.output;

import dev.imdsanalyzer.output.file.Destination;
import dev.imdsanalyzer.output.line.summary.MetricDimensions;

/**
 * How events are written.
 *
 * @param format for machines or for people
 * @param columns width of the terminal that people look at; 0 where lines are not to be fitted
 * @param metrics what CloudWatch makes of a summary
 * @param version of the analyzer
 * @param foldNanos length of the folding window; 0 writes each call
 * @param queueLines lines that may wait for the disk
 * @param waitForRoom whether who writes a call waits when the queue is full (for files) or the line is dropped (live)
 */
public record EventLogSettings(
        Destination destination,
        Format format,
        int columns,
        MetricDimensions metrics,
        long foldNanos,
        int queueLines,
        boolean waitForRoom,
        String version) {
    /** For machines or for people. */
    public enum Format {
        JSON,
        TEXT,
        COLOURED_TEXT
    }
}
