/**
 * Log files in, events out: finds the files, unpacks them, takes our lines out of whatever CloudWatch wrapped around them,
 * and leaves out lines that were read before. One thread; memory does not depend on the number of lines.
 */
package dev.imdsanalyzer.report.input;
