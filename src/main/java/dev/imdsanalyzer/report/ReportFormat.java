package dev.imdsanalyzer.report;

/** The forms that a report can take. */
public enum ReportFormat {
    TEXT,
    HTML,
    JSON,
    CSV,
    SCRIPT
}
