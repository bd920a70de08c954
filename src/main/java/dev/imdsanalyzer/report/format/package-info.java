/** The findings of a report as text, JSON, CSV, a shell script or one HTML file. Everything from a log is escaped here. */
package dev.imdsanalyzer.report.format;
