/**
 * The fields of a line and how they are written: {@link dev.imdsanalyzer.output.line.field.EventSchema} declares them, {@link
 * dev.imdsanalyzer.output.line.field.LineJson} writes them.
 */
package dev.imdsanalyzer.output.line.field;
