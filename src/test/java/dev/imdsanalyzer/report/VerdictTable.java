package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.Reports.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What the tables of verdicts consist of: the lines of a log, what the report says of them, and the exit code. With
 * {@code -Dprint.verdicts=true} the rows are printed.
 */
final class VerdictTable {
    static final Instant END = NOW.minus(Duration.ofHours(1));

    private VerdictTable() {}

    /**
     * @param lines what is in the log, in words
     * @param says clauses that the text report must have
     */
    record Row(String lines, Consumer<Logs> given, Verdict verdict, int exitCode, List<String> says) {
        @Override
        public String toString() {
            return lines;
        }
    }

    /** The files of one case; the host's own log is written once to {@code a.jsonl}, after the case had its way. */
    static final class Logs {
        final SampleLog host = new SampleLog(Reports.INSTANCE, "web-1");
        private final Path folder;
        final List<Path> metrics = new ArrayList<>();
        boolean copied;
        int cutBytes;

        Logs(Path folder) {
            this.folder = folder;
        }

        Logs watched(double fromDays, double toDays) {
            host.watched(days(fromDays), days(toDays));
            return this;
        }

        void metric(String name, Instant hour, int sum) {
            try {
                metrics.add(Files.writeString(
                        folder.resolve("metric.json"),
                        "{\"Label\":\"" + name + "\",\"Datapoints\":[{\"Timestamp\":\"" + hour + "\",\"Sum\":" + sum
                                + ".0,\"Unit\":\"Count\"}]}"));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        List<Path> write() throws IOException {
            List<Path> files = new ArrayList<>();
            if (cutBytes > 0) {
                Path file = host.writeGzip(folder.resolve("a.jsonl.gz"));
                byte[] whole = Files.readAllBytes(file);
                Files.write(file, Arrays.copyOf(whole, whole.length - cutBytes));
                files.add(file);
            } else {
                files.add(Files.writeString(
                        folder.resolve("a.jsonl"), host.lines().isEmpty() ? "" : host.text()));
            }
            if (copied) {
                files.add(host.writeGzip(folder.resolve("copy.jsonl.gz")));
            }
            return files;
        }
    }

    static Instant days(double beforeEnd) {
        return END.minusSeconds((long) (beforeEnd * 86_400));
    }

    static Row row(String lines, Verdict verdict, int exitCode, Consumer<Logs> given, String... says) {
        return new Row(lines, given, verdict, exitCode, List.of(says));
    }

    /** Runs the report on the lines of a row, in a folder of its own. */
    static void check(Row row, Path folder) throws IOException {
        Logs logs = new Logs(folder);
        row.given().accept(logs);
        ReportOptions options = Reports.withMetrics(
                Reports.options(ReportFormat.TEXT, logs.write().toArray(Path[]::new)),
                logs.metrics.toArray(Path[]::new));
        Reports.Result result = Reports.run(options);
        if (Boolean.getBoolean("print.verdicts")) {
            System.out.printf(
                    "%-52s %-30s %d  %s%n",
                    row.lines(),
                    row.verdict().title(),
                    result.exitCode(),
                    row.says().stream().collect(Collectors.joining("; ")));
        }
        assertThat(result.out()).startsWith(" " + row.verdict().title() + " ").contains(row.says());
        assertThat(result.exitCode()).isEqualTo(row.exitCode());
    }
}
