/**
 * What a line says: calls, callers, summaries, gaps and the analyzer's own life, as JSON and as text. The fields are declared
 * in {@link dev.imdsanalyzer.output.line.EventSchema}. Where lines go, and when, is not known here.
 */
package dev.imdsanalyzer.output.line;
