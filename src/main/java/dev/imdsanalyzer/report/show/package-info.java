/** The command {@code show}: logged lines again as text, as they come. */
package dev.imdsanalyzer.report.show;
