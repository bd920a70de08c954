package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.run.Report;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Runs reports in tests. */
public final class Reports {
    /** The formats that say why an instance is not READY; the others are lists to work with. */
    public static final List<ReportFormat> WITH_REASONS = List.of(
            ReportFormat.TEXT,
            ReportFormat.HTML,
            ReportFormat.JSON,
            ReportFormat.CSV,
            ReportFormat.SCRIPT,
            ReportFormat.TICKETS);

    public static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
    public static final String INSTANCE = "i-0123456789abcdef0";

    private Reports() {}

    /** What a run left behind. */
    public record Result(int exitCode, String out, String err) {}

    public static ReportOptions options(ReportFormat format, Path... inputs) {
        List<String> names = new ArrayList<>();
        for (Path input : inputs) {
            names.add(input.toString());
        }
        return new ReportOptions(
                names, format, null, null, ReportOptions.DEFAULT_WINDOW, List.of(), false, 0, false, NOW);
    }

    public static ReportOptions withMetrics(ReportOptions options, Path... files) {
        List<String> names = new ArrayList<>();
        for (Path file : files) {
            names.add(file.toString());
        }
        return new ReportOptions(
                options.inputs(),
                options.format(),
                options.since(),
                options.until(),
                options.window(),
                names,
                options.colour(),
                options.columns(),
                options.progress(),
                options.now());
    }

    /** The same report with CloudTrail's records. */
    public static ReportOptions withTrail(ReportOptions options, Path trail) {
        return options.withCloudTrails(List.of(trail.toString()));
    }

    /** The same report at another time. */
    public static ReportOptions at(ReportOptions options, Instant now) {
        return new ReportOptions(
                options.inputs(),
                options.format(),
                options.since(),
                options.until(),
                options.window(),
                options.metrics(),
                options.colour(),
                options.columns(),
                options.progress(),
                now);
    }

    public static ReportOptions withRange(ReportOptions options, Instant since, Instant until, Duration window) {
        return new ReportOptions(
                options.inputs(),
                options.format(),
                since,
                until,
                window,
                options.metrics(),
                options.colour(),
                options.columns(),
                options.progress(),
                options.now());
    }

    public static Result run(ReportOptions options) {
        return run(options, new ByteArrayInputStream(new byte[0]));
    }

    public static Result run(ReportOptions options, InputStream standardInput) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Report.run(
                options,
                standardInput,
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    public static ReportData data(ReportOptions options) {
        try {
            List<MetricSeries> metrics = new ArrayList<>();
            for (String metric : options.metrics()) {
                metrics.addAll(MetricFile.read(metric));
            }
            return Report.read(options, metrics, InputStream.nullInputStream(), System.err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
