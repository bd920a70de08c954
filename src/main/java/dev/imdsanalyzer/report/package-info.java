/**
 * The decision: log lines of one host or of a fleet become callers, a verdict and what to do next.
 *
 * <p>{@link dev.imdsanalyzer.report.run.Report} is the way in. {@code input} reads the lines, this package adds them up and
 * judges, {@code format} writes the answer. One thread; memory depends on the number of distinct callers and instances, not
 * on the number of lines.
 */
package dev.imdsanalyzer.report;
