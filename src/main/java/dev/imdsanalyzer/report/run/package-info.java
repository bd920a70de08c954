/** The command {@code report} as a whole: inputs in, one report out, and the exit code. */
package dev.imdsanalyzer.report.run;
