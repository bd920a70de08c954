package dev.imdsanalyzer.cli;

import dev.imdsanalyzer.daemon.Terminal;
import dev.imdsanalyzer.report.Report;
import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.ReportOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code report}: log lines of a host or a fleet become callers, a verdict and what to do next. */
@Command(
        name = "report",
        description = "Say from the logs who still calls IMDSv1, what to change, and whether IMDSv2 can be required.",
        footer = {
            "",
            "Exit code 0: every instance is ready; 1: not every one is. Times are 2026-11-21, 2026-11-21T12:00:00Z or an"
                    + " age such as 7d; lengths are such as 14d, 36h or 90m."
        })
final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "LOG", arity = "1..*", description = "Log files, plain or .gz, folders; - is stdin.")
    private List<String> inputs;

    @Option(names = "--format", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES}; default: text")
    private ReportFormat format = ReportFormat.TEXT;

    @Option(names = "--since", paramLabel = "TIME", description = "Leave out what was before.")
    private String since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Leave out what was from then on, and judge as of then.")
    private String until;

    @Option(
            names = "--window",
            paramLabel = "LENGTH",
            defaultValue = "14d",
            description = "How long IMDSv1 must have been quiet under proven coverage; default: ${DEFAULT-VALUE}")
    private String window;

    @Option(
            names = "--metric",
            paramLabel = "[INSTANCE=]FILE",
            description = "JSON of aws cloudwatch get-metric-statistics for MetadataNoToken (or …Rejected) to check"
                    + " our counts against; may be repeated.")
    private List<String> metrics = new ArrayList<>();

    @Option(names = "--output", paramLabel = "FILE", description = "Write the report to this file; default: stdout.")
    private Path output;

    @Override
    public Integer call() {
        Instant now = Instant.now();
        boolean terminal = output == null && Terminal.isTerminal(1);
        ReportOptions options = new ReportOptions(
                inputs,
                format,
                TimeArgument.time("--since", since, now),
                TimeArgument.time("--until", until, now),
                TimeArgument.length("--window", window),
                metrics,
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
