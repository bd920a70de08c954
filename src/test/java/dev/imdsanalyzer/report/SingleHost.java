package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.Reports.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** The verdict on one host's log; times are told in days before its end. */
final class SingleHost {
    static final Instant END = NOW.minus(Duration.ofHours(1));

    private SingleHost() {}

    static Instant daysBeforeEnd(double days) {
        return END.minusSeconds((long) (days * 86_400));
    }

    /** What one report says in its data, for this host as for all. */
    static InstanceVerdict judge(SampleLog log, Path folder) throws IOException {
        ReportData data = Reports.data(Reports.options(ReportFormat.TEXT, log.write(folder.resolve("a.jsonl"))));
        assertThat(data.verdict()).isEqualTo(data.instances().get(0).verdict());
        return data.instances().get(0);
    }

    /** The report for people. */
    static String text(SampleLog log, Path folder) throws IOException {
        return Reports.run(Reports.options(ReportFormat.TEXT, log.write(folder.resolve("a.jsonl"))))
                .out();
    }
}
