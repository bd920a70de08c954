/** The summary: calls counted, peaks, and the same figures as metrics. */
package dev.imdsanalyzer.output.line.summary;
