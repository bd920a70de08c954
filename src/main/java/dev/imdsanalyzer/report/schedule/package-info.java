/** What a host runs by the clock, as its summaries write it, and whether that came up in a time. */
package dev.imdsanalyzer.report.schedule;
