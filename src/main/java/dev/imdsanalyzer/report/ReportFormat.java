package dev.imdsanalyzer.report;

import java.util.Locale;

/** The forms that a report can take. */
public enum ReportFormat {
    TEXT,
    HTML,
    JSON,
    CSV,
    SCRIPT,
    TICKETS,
    TICKETS_CSV,
    ALLOW,
    GUARDRAILS;

    /** As the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it names its inputs with their digests, for whoever has to vouch for it. */
    public boolean hasEvidence() {
        return this == JSON || this == HTML;
    }

    /** Whether it is made of several files. */
    public boolean isFolder() {
        return this == ALLOW || this == GUARDRAILS;
    }
}
