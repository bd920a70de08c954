package dev.imdsanalyzer.report.input;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** What is read of somebody else's JSON at most. */
final class LogJson {
    /** Our own lines stay under 64 KiB; records of several events may be longer. */
    static final int MAXIMUM_LINE = 4 * 1024 * 1024;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(MAXIMUM_LINE)
                    .maxNestingDepth(64)
                    .build())
            .build();

    private LogJson() {}
}
