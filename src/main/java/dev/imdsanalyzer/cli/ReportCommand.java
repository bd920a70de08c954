package dev.imdsanalyzer.cli;

import static dev.imdsanalyzer.cli.Commands.arguments;
import static dev.imdsanalyzer.cli.Commands.option;
import static dev.imdsanalyzer.cli.Commands.repeated;
import static dev.imdsanalyzer.cli.Commands.value;

import dev.imdsanalyzer.daemon.Terminal;
import dev.imdsanalyzer.report.Report;
import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.ReportOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code report}: log lines of a host or a fleet become callers, a verdict and what to do next. */
final class ReportCommand implements Callable<Integer> {
    private static final String FORMAT = "--format";
    private static final String SINCE = "--since";
    private static final String UNTIL = "--until";
    private static final String WINDOW = "--window";
    private static final String METRIC = "--metric";
    private static final String OUTPUT = "--output";
    private static final String DEFAULT_WINDOW = "14d";

    private final CommandSpec spec = Commands.command(
            "report",
            "Say from the logs who still calls IMDSv1, what to change, and whether IMDSv2 can be required.",
            this,
            "",
            "Exit code 0: every instance is ready; 1: not every one is. Times are 2026-11-21, 2026-11-21T12:00:00Z or an"
                    + " age such as 7d; lengths are such as 14d, 36h or 90m.");

    /** As picocli wants to know it. */
    CommandSpec spec() {
        return spec.addPositional(arguments("LOG", "1..*", "Log files, plain or .gz, folders; - is stdin."))
                .addOption(option(FORMAT, ReportFormat.class, "FORMAT", "${COMPLETION-CANDIDATES}; default: text"))
                .addOption(option(SINCE, String.class, "TIME", "Leave out what was before."))
                .addOption(
                        option(UNTIL, String.class, "TIME", "Leave out what was from then on, and judge as of then."))
                .addOption(option(
                        WINDOW,
                        String.class,
                        "LENGTH",
                        "How long IMDSv1 must have been quiet under proven coverage; default: " + DEFAULT_WINDOW))
                .addOption(repeated(
                        METRIC,
                        "[INSTANCE=]FILE",
                        "JSON of aws cloudwatch get-metric-statistics for MetadataNoToken (or …Rejected) to check"
                                + " our counts against; may be repeated."))
                .addOption(option(OUTPUT, Path.class, "FILE", "Write the report to this file; default: stdout."));
    }

    @Override
    public Integer call() {
        Instant now = Instant.now();
        Path output = value(spec, OUTPUT, null);
        boolean terminal = output == null && Terminal.isTerminal(1);
        ReportOptions options = new ReportOptions(
                arguments(spec),
                value(spec, FORMAT, ReportFormat.TEXT),
                TimeArgument.time(SINCE, value(spec, SINCE, null), now),
                TimeArgument.time(UNTIL, value(spec, UNTIL, null), now),
                TimeArgument.length(WINDOW, value(spec, WINDOW, DEFAULT_WINDOW)),
                value(spec, METRIC, List.of()),
                terminal && System.getenv("NO_COLOR") == null,
                terminal ? Terminal.columns() : 0,
                Terminal.isTerminal(2),
                now);
        if (output == null) {
            return Report.run(options, System.in, stream(System.out), System.err);
        }
        try (PrintStream file = new PrintStream(output.toFile(), StandardCharsets.UTF_8)) {
            return Report.run(options, System.in, file, System.err);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CANNOT_CREATE, "cannot write " + output + ": " + e.getMessage(), e);
        }
    }

    private static PrintStream stream(PrintStream out) {
        return new PrintStream(out, false, StandardCharsets.UTF_8);
    }
}
