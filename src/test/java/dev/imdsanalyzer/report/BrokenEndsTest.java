package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Half lines at the end of a file: a full disk's where the log goes on in the next one, the writer's own at the end of the newest. */
class BrokenEndsTest {
    private static final String HALF = "{\"timestamp\":\"2026-11-19T23:00:00.000000Z\",\"le";

    @TempDir
    Path folder;

    private final SampleLog first =
            new SampleLog(Reports.INSTANCE, "web-1").watched(daysBeforeEnd(15), daysBeforeEnd(2));
    private final SampleLog second = new SampleLog(Reports.INSTANCE, "web-1").watched(daysBeforeEnd(2), END);

    private Reports.Result report() throws IOException {
        Path one = first.write(folder.resolve("imds-2026-11-19.0.jsonl"));
        Path other = second.write(folder.resolve("imds-2026-11-20.0.jsonl"));
        return Reports.run(Reports.options(ReportFormat.TEXT, one, other));
    }

    @Test
    void beforeTheNextFileMayHaveBeenACall() throws IOException {
        first.raw(HALF).raw(HALF);

        assertThat(report().out())
                .startsWith(" WATCH LONGER ")
                .contains("2 half or malformed lines that may have been a call");
    }

    @Test
    void atTheEndOfTheNewestIsWhatIsBeingWritten() throws IOException {
        second.raw(HALF);

        assertThat(report().out()).startsWith(" READY ").contains("1 half or malformed line left out");
    }

    @Test
    void atBothEndsOnlyTheFirstMatters() throws IOException {
        second.raw(HALF);
        first.raw(HALF);

        assertThat(report().out())
                .startsWith(" WATCH LONGER ")
                .contains("1 half or malformed line that may have been a call");
    }

    @Test
    void outOfTheWindowDoesNotMatter() throws IOException {
        SampleLog old = new SampleLog(Reports.INSTANCE, "web-1")
                .watched(daysBeforeEnd(20), daysBeforeEnd(15))
                .raw(HALF);
        old.write(folder.resolve("imds-2026-11-01.0.jsonl"));
        Path one = first.write(folder.resolve("imds-2026-11-19.0.jsonl"));
        Path other = second.write(folder.resolve("imds-2026-11-20.0.jsonl"));

        assertThat(Reports.run(Reports.options(
                                ReportFormat.TEXT, folder.resolve("imds-2026-11-01.0.jsonl"), one, other))
                        .out())
                .startsWith(" READY ");
    }
}
