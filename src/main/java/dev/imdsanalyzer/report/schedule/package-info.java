/** What a host runs by the clock, as its summaries write it, and whether that came up in a time. */
@NullMarked
package dev.imdsanalyzer.report.schedule;

import org.jspecify.annotations.NullMarked;
