package dev.imdsanalyzer.report.run;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.Analysis;
import dev.imdsanalyzer.report.BadInputException;
import dev.imdsanalyzer.report.Budget;
import dev.imdsanalyzer.report.Conclusions;
import dev.imdsanalyzer.report.EarlierReport;
import dev.imdsanalyzer.report.Inventory;
import dev.imdsanalyzer.report.MetricFile;
import dev.imdsanalyzer.report.MetricSeries;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.ReportOptions;
import dev.imdsanalyzer.report.Trail;
import dev.imdsanalyzer.report.Verdict;
import dev.imdsanalyzer.report.format.AllowFiles;
import dev.imdsanalyzer.report.format.CsvReport;
import dev.imdsanalyzer.report.format.Escape;
import dev.imdsanalyzer.report.format.FileSet;
import dev.imdsanalyzer.report.format.GuardrailFiles;
import dev.imdsanalyzer.report.format.HtmlReport;
import dev.imdsanalyzer.report.format.JsonReport;
import dev.imdsanalyzer.report.format.ScriptReport;
import dev.imdsanalyzer.report.format.TextReport;
import dev.imdsanalyzer.report.format.TicketsReport;
import dev.imdsanalyzer.report.input.InputCounts;
import dev.imdsanalyzer.report.input.LogReader;
import dev.imdsanalyzer.report.input.NotALogException;
import dev.imdsanalyzer.report.input.Progress;
import dev.imdsanalyzer.report.input.StoredInput;
import dev.imdsanalyzer.report.input.TrailReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Reads logs and writes a report: what {@code imds-packet-analyzer report} does. */
public final class Report {
    /** Every instance is READY. */
    public static final int EXIT_READY = 0;
    /** At least one instance is not, or there is none. */
    public static final int EXIT_NOT_READY = 1;
    /** An input is no log, or all are damaged and no line of ours was in any; or a metric file is not CloudWatch's (EX_DATAERR). */
    public static final int EXIT_BAD_DATA = 65;
    /** An input does not exist or cannot be opened (EX_NOINPUT). */
    public static final int EXIT_NO_INPUT = 66;
    /** The folder of files could not be written (EX_CANTCREAT). */
    public static final int EXIT_CANNOT_CREATE = 73;
    /** The report could not be written (EX_IOERR); the caller knows where it went, and says so. */
    public static final int EXIT_OUTPUT = 74;
    /** An input may not be read (EX_NOPERM). What could be read is in the report, unless there was nothing. */
    public static final int EXIT_NO_PERMISSION = 77;

    private static final String PERMISSION = "run it with sudo, or join the group imds-packet-analyzer";

    private Report() {}

    /**
     * Reads to the end of all inputs, then writes the report.
     *
     * @param standardInput read where the inputs say {@code -}; not closed
     * @param out takes the report; flushed, not closed
     * @param err takes warnings, errors and the progress bar
     * @return one of the constants of this class
     */
    public static int run(ReportOptions options, InputStream standardInput, PrintStream out, PrintStream err) {
        List<MetricSeries> metrics = new ArrayList<>();
        List<StoredInput> stored = new ArrayList<>();
        ReportData data;
        try {
            for (String metric : options.metrics()) {
                metrics.addAll(MetricFile.read(metric, stored::add));
            }
            data = read(options, metrics, stored, standardInput, err);
        } catch (MetricFile.BadMetricException | BadInputException e) {
            tell(e.getMessage(), err);
            return EXIT_BAD_DATA;
        } catch (NotALogException e) {
            tell(e.getMessage(), err);
            return EXIT_BAD_DATA;
        } catch (InvalidPathException e) {
            tell(
                    e.getInput()
                            + ": no such name in this locale: set LC_ALL=C.UTF-8, or read it from standard input (-)",
                    err);
            return EXIT_NO_INPUT;
        } catch (NoSuchFileException e) {
            tell(e.getFile() + ": no such file or folder", err);
            return EXIT_NO_INPUT;
        } catch (AccessDeniedException e) {
            tell(e.getFile() + ": no permission to read it: " + PERMISSION, err);
            return EXIT_NO_PERMISSION;
        } catch (IOException e) {
            tell("cannot read the input: " + e.getMessage(), err);
            return EXIT_NO_INPUT;
        }
        InputCounts input = data.input();
        if (input.denied() > 0) {
            tell(
                    "no permission to read " + Amount.of(input.denied(), "input") + ", the first of them "
                            + input.firstDenied() + ": " + PERMISSION,
                    err);
            if (input.events() == 0) {
                return EXIT_NO_PERMISSION;
            }
        }
        if (nothingReadable(data, err)) {
            return EXIT_BAD_DATA;
        }
        if (options.format() != ReportFormat.TEXT && options.format() != ReportFormat.HTML) {
            data.warnings().forEach(warning -> tell(warning, err));
        }
        if (!write(data, out, err)) {
            return EXIT_CANNOT_CREATE;
        }
        out.flush();
        if (out.checkError()) {
            return EXIT_OUTPUT;
        }
        if (input.denied() > 0) {
            return EXIT_NO_PERMISSION;
        }
        return data.verdict() == Verdict.READY ? EXIT_READY : EXIT_NOT_READY;
    }

    /** Tells why nothing could be read, a line an input, if that is so. */
    private static boolean nothingReadable(ReportData data, PrintStream err) {
        InputCounts input = data.input();
        if (input.damaged() > 0 && input.events() == 0) {
            input.damagedNames().forEach(name -> tell(name, err));
            return true;
        }
        TrailReader trail = data.trail() == null ? null : data.trail().reader();
        if (trail != null && trail.foreignForms() > 0 && trail.records() == 0) {
            trail.unreadNames().forEach(name -> tell(name, err));
            return true;
        }
        return false;
    }

    private static void tell(String unread, PrintStream err) {
        err.println("imds-packet-analyzer: " + Escape.terminal(unread));
    }

    /** Whether this file is one that the report reads: a log, or what CloudWatch counted. */
    public static boolean reads(ReportOptions options, Path file) {
        List<String> inputs = new ArrayList<>(options.inputs());
        for (String metric : options.metrics()) {
            inputs.add(metric);
            inputs.add(metric.substring(metric.indexOf('=') + 1));
        }
        inputs.addAll(options.cloudTrails());
        Stream.of(options.earlier(), options.inventory())
                .filter(Objects::nonNull)
                .forEach(inputs::add);
        return LogReader.reads(inputs, file);
    }

    /** Reads and judges, without writing anything but the progress bar. */
    public static ReportData read(
            ReportOptions options, List<MetricSeries> metrics, InputStream standardInput, PrintStream err)
            throws IOException {
        return read(options, metrics, List.of(), standardInput, err);
    }

    private static ReportData read(
            ReportOptions options,
            List<MetricSeries> metrics,
            List<StoredInput> metricFiles,
            InputStream standardInput,
            PrintStream err)
            throws IOException {
        boolean digests = options.format().hasEvidence();
        Budget budget = Budget.ofHeap();
        Trail trail = options.cloudTrails().isEmpty() ? null : new Trail(budget, options);
        if (trail != null) {
            TrailReader trailReader = new TrailReader(trail, digests);
            trailReader.read(options.cloudTrails(), InputStream.nullInputStream());
            trail.setReader(trailReader);
        }
        EarlierReport earlier = options.earlier() == null ? null : EarlierReport.read(options.earlier());
        Inventory inventory = options.inventory() == null ? null : Inventory.read(options.inventory());
        Analysis analysis = new Analysis(options, metrics, trail, earlier, budget);
        LogReader reader = new LogReader(analysis, new Progress(options.progress() ? err : null), digests);
        reader.read(options.inputs(), standardInput);
        NotALogException.requireLog(options.inputs(), reader.counts());
        if (digests) {
            addStored(reader.counts(), trail, metricFiles, inventory, earlier);
        }
        return Conclusions.of(analysis, options, metrics, reader.counts(), inventory);
    }

    private static void addStored(
            InputCounts counts,
            Trail trail,
            List<StoredInput> metricFiles,
            Inventory inventory,
            EarlierReport earlier) {
        if (trail != null) {
            trail.reader().stored().forEach(counts::addStored);
        }
        metricFiles.forEach(counts::addStored);
        if (inventory != null) {
            counts.addStored(inventory.stored());
        }
        if (earlier != null) {
            counts.addStored(earlier.stored());
        }
    }

    private static boolean write(ReportData data, PrintStream out, PrintStream err) {
        if (data.options().format().isFolder()) {
            Map<String, String> files =
                    data.options().format() == ReportFormat.ALLOW ? AllowFiles.of(data) : GuardrailFiles.of(data);
            return FileSet.write(files, data.options().folder(), out, err);
        }
        print(data, out);
        return true;
    }

    private static void print(ReportData data, PrintStream out) {
        switch (data.options().format()) {
            case TEXT -> TextReport.write(data, out);
            case JSON -> JsonReport.write(data, out);
            case CSV -> CsvReport.write(data, out);
            case SCRIPT -> ScriptReport.write(data, out);
            case HTML -> HtmlReport.write(data, out);
            case TICKETS -> TicketsReport.writeMarkdown(data, out);
            case TICKETS_CSV -> TicketsReport.writeCsv(data, out);
            case ALLOW, GUARDRAILS -> throw new IllegalStateException("a folder");
        }
    }
}
