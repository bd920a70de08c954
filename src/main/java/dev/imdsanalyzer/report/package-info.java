/** The decision: log lines of one host or of a fleet become callers, a verdict and what to do next. */
package dev.imdsanalyzer.report;
