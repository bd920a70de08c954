package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.format.CsvReport;
import dev.imdsanalyzer.report.format.HtmlReport;
import dev.imdsanalyzer.report.format.JsonReport;
import dev.imdsanalyzer.report.format.ScriptReport;
import dev.imdsanalyzer.report.format.TextReport;
import dev.imdsanalyzer.report.input.LogReader;
import dev.imdsanalyzer.report.input.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/** Reads logs and writes a report: what {@code imds-packet-analyzer report} does. */
public final class Report {
    /** Every instance is READY. */
    public static final int EXIT_READY = 0;
    /** At least one instance is not, or there is none. */
    public static final int EXIT_NOT_READY = 1;
    /** A metric file is not what CloudWatch prints (EX_DATAERR). */
    public static final int EXIT_BAD_DATA = 65;
    /** An input does not exist or cannot be opened (EX_NOINPUT). */
    public static final int EXIT_NO_INPUT = 66;
    /** The report could not be written (EX_IOERR). */
    public static final int EXIT_OUTPUT = 74;

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
        ReportData data;
        try {
            for (String metric : options.metrics()) {
                metrics.addAll(MetricFile.read(metric));
            }
            data = read(options, metrics, standardInput, err);
        } catch (MetricFile.BadMetricException e) {
            err.println("imds-packet-analyzer: " + e.getMessage());
            return EXIT_BAD_DATA;
        } catch (NoSuchFileException e) {
            err.println("imds-packet-analyzer: " + e.getFile() + ": no such file or folder");
            return EXIT_NO_INPUT;
        } catch (AccessDeniedException e) {
            err.println("imds-packet-analyzer: " + e.getFile() + ": no permission to read it");
            return EXIT_NO_INPUT;
        } catch (IOException e) {
            err.println("imds-packet-analyzer: cannot read the input: " + e.getMessage());
            return EXIT_NO_INPUT;
        }
        if (options.format() != ReportFormat.TEXT && options.format() != ReportFormat.HTML) {
            data.warnings().forEach(warning -> err.println("imds-packet-analyzer: " + warning));
        }
        write(data, out);
        out.flush();
        if (out.checkError()) {
            err.println("imds-packet-analyzer: the report could not be written completely");
            return EXIT_OUTPUT;
        }
        return data.verdict() == Verdict.READY ? EXIT_READY : EXIT_NOT_READY;
    }

    /** Reads and judges, without writing anything but the progress bar. */
    static ReportData read(
            ReportOptions options, List<MetricSeries> metrics, InputStream standardInput, PrintStream err)
            throws IOException {
        Analysis analysis = new Analysis(options, metrics);
        LogReader reader = new LogReader(analysis, new Progress(options.progress() ? err : null));
        reader.read(options.inputs(), standardInput);
        return ReportData.of(analysis, options, metrics, reader.counts());
    }

    private static void write(ReportData data, PrintStream out) {
        switch (data.options().format()) {
            case TEXT -> TextReport.write(data, out);
            case JSON -> JsonReport.write(data, out);
            case CSV -> CsvReport.write(data, out);
            case SCRIPT -> ScriptReport.write(data, out);
            case HTML -> HtmlReport.write(data, out);
        }
    }
}
