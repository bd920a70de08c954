package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.Reports.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
     * @param lines what is in the log and beside it, in words
     * @param verdict null where there is no report, and a line on the error stream says why
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
        /** Given to {@code --cloudtrail} where it holds a record, or a file of it is named. */
        final SampleTrail trail = new SampleTrail();
        /** Of this instance; written before {@link #host} and read as an earlier report. */
        final SampleLog before = new SampleLog(Reports.INSTANCE, "web-1");

        private String inventory;
        private String earlier;
        private boolean trailAsked;
        int cutTrailBytes;
        boolean copied;
        int cutBytes;

        Logs(Path folder) {
            this.folder = folder;
        }

        Logs watched(double fromDays, double toDays) {
            host.watched(days(fromDays), days(toDays));
            return this;
        }

        /** A session that IMDSv1 began, used once. */
        Logs session(double created, double used) {
            trail.call(Reports.INSTANCE, "1.0", "app", days(created), days(used), "s3:ListBuckets", "aws-cli/1.16");
            return this;
        }

        /** A file of this path below CloudTrail's folder. */
        void trailFile(String path, String text) {
            put("trail/" + path, text.getBytes(StandardCharsets.UTF_8));
            trailAsked = true;
        }

        Logs inventory(String text) {
            inventory =
                    put("inventory.json", text.getBytes(StandardCharsets.UTF_8)).toString();
            return this;
        }

        void earlier(String text) {
            earlier = put("earlier.json", text.getBytes(StandardCharsets.UTF_8)).toString();
        }

        private Path put(String path, byte[] bytes) {
            try {
                Path file = folder.resolve(path);
                Files.createDirectories(file.getParent());
                return Files.write(file, bytes);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private ReportOptions options() throws IOException {
            ReportOptions options = Reports.withMetrics(
                    Reports.options(ReportFormat.TEXT, write().toArray(Path[]::new)), metrics.toArray(Path[]::new));
            if (!trail.records().isEmpty()) {
                Path file = trail.writeGzip(folder.resolve("trail/AWSLogs/111122223333/CloudTrail/a.json.gz"));
                byte[] whole = Files.readAllBytes(file);
                Files.write(file, Arrays.copyOf(whole, whole.length - cutTrailBytes));
                trailAsked = true;
            }
            if (trailAsked) {
                options =
                        options.withCloudTrails(List.of(folder.resolve("trail").toString()));
            }
            if (!before.lines().isEmpty()) {
                Path log = before.write(
                        Files.createDirectories(folder.resolve("before")).resolve("a.jsonl"));
                earlier(Reports.run(Reports.options(ReportFormat.JSON, log)).out());
            }
            return options.withInventory(inventory).since(earlier);
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
        Reports.Result result = Reports.run(logs.options());
        if (Boolean.getBoolean("print.verdicts")) {
            System.out.printf(
                    "%-52s %-30s %d  %s%n",
                    row.lines(),
                    row.verdict() == null ? "-" : row.verdict().title(),
                    result.exitCode(),
                    row.says().stream().collect(Collectors.joining("; ")));
        }
        if (row.verdict() == null) {
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).hasLineCount(1).contains(row.says());
            assertThat(result.exitCode()).isEqualTo(row.exitCode());
            return;
        }
        assertThat(result.out()).startsWith(" " + row.verdict().title() + " ").contains(row.says());
        assertThat(result.exitCode()).isEqualTo(row.exitCode());
    }
}
