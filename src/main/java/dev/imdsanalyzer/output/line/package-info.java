/**
 * What every line has, its two encodings, and the lines of the analyzer itself: gaps, start and stop. Calls and summaries have rooms of
 * their own above it; the fields are declared in {@link dev.imdsanalyzer.output.line.field.EventSchema}. Where lines go, and when, is not
 * known here.
 */
package dev.imdsanalyzer.output.line;
