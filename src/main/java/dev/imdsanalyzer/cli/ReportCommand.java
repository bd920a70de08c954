package dev.imdsanalyzer.cli;

import static dev.imdsanalyzer.cli.Commands.arguments;
import static dev.imdsanalyzer.cli.Commands.option;
import static dev.imdsanalyzer.cli.Commands.repeated;
import static dev.imdsanalyzer.cli.Commands.value;

import dev.imdsanalyzer.daemon.host.Terminal;
import dev.imdsanalyzer.report.Grouping;
import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.ReportOptions;
import dev.imdsanalyzer.report.Requirement;
import dev.imdsanalyzer.report.run.Report;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code report}: log lines of a host or a fleet become callers, a verdict and what to do next. */
final class ReportCommand implements Callable<Integer> {
    private static final String FORMAT = "--format";
    private static final String SINCE = "--since";
    private static final String UNTIL = "--until";
    private static final String WINDOW = "--window";
    private static final String METRIC = "--metric";
    private static final String CLOUDTRAIL = "--cloudtrail";
    private static final String SINCE_REPORT = "--since-report";
    private static final String INVENTORY = "--inventory";
    private static final String REQUIRE = "--require";
    private static final String GROUP_BY = "--group-by";
    private static final String OUTPUT = "--output";
    private static final String DEFAULT_WINDOW = "14d";
    private static final Duration LONGEST_WINDOW = Duration.ofDays(3650);
    // Whatever counts in microseconds is safe from here to there.
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private final CommandSpec spec = Commands.command(
            "report",
            "Say from the logs who still calls IMDSv1, what to change, and whether IMDSv2 can be required.",
            this,
            "",
            "Exit code 0: every instance is ready; 1: not every one is, or an input is damaged; 65: none can be read, as"
                    + " stderr says; 77: an input may not be read. The verdict holds as of the end of the logs, or of --until. Times are 2026-11-21,"
                    + " 2026-11-21T12:00:00Z or an age such as 7d; lengths are such as 14d, 36h or 90m.");

    /** As picocli wants to know it. */
    CommandSpec spec() {
        return spec.addPositional(arguments(
                        "LOG",
                        "1..*",
                        "Log files, plain or packed (gzip, bzip2, xz, zstd), folders, pipes; - is stdin."))
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
                .addOption(repeated(
                        CLOUDTRAIL,
                        "FILE",
                        "CloudTrail's records (S3's .json.gz, folders, lookup-events, JSON lines): who uses credentials that"
                                + " IMDSv1 handed out, and whether the log has their fetch; may be repeated."))
                .addOption(
                        option(
                                SINCE_REPORT,
                                String.class,
                                "FILE",
                                "The JSON of an earlier run: tell who is gone, new or back since, and whether IMDSv1 calls fall."))
                .addOption(option(
                        INVENTORY,
                        String.class,
                        "FILE",
                        "JSON of aws ec2 describe-instances: teams by tag, and whether the whole account is READY."))
                .addOption(
                        option(
                                REQUIRE,
                                Requirement.class,
                                "WHAT",
                                "What READY needs beside its proof: ${COMPLETION-CANDIDATES} (that a boot was watched in the window)."))
                .addOption(option(
                        GROUP_BY,
                        Grouping.class,
                        "WHAT",
                        "Order instances by ${COMPLETION-CANDIDATES}; all but account are of --inventory."))
                .addOption(option(
                        List.of(OUTPUT, "-o"),
                        Path.class,
                        "FILE",
                        "Write the report to this file once it is whole; for allow and guardrails a folder; default:"
                                + " stdout."));
    }

    @Override
    public Integer call() {
        Instant now = Instant.now();
        Path output = value(spec, OUTPUT, null);
        boolean toStandardOutput = output == null || output.toString().equals("-");
        Instant since = time(SINCE, now);
        Instant until = time(UNTIL, now);
        TimeArgument.requireOrder(since, until);
        ReportOptions options = new ReportOptions(
                        arguments(spec),
                        value(spec, FORMAT, ReportFormat.TEXT),
                        since,
                        until,
                        window(),
                        value(spec, METRIC, List.of()),
                        value(spec, CLOUDTRAIL, List.of()),
                        value(spec, SINCE_REPORT, null),
                        value(spec, INVENTORY, null),
                        null,
                        toStandardOutput && Terminal.hasColour(),
                        toStandardOutput ? Terminal.width() : 0,
                        Terminal.isTerminal(2),
                        now)
                .with(requirements(), value(spec, GROUP_BY, null));
        if (options.format() == ReportFormat.GUARDRAILS && toStandardOutput) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--format guardrails writes a folder: say which with --output FOLDER", null);
        }
        if (options.format().isFolder() && !toStandardOutput) {
            return toFolder(options.into(output));
        }
        if (!toStandardOutput) {
            return new ReportFile(output).write(options);
        }
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        int code = Report.run(options, System.in, out, System.err);
        if (code == Report.EXIT_OUTPUT && !StandardOutput.readerIsGone()) {
            throw new CommandFailure(code, "the report could not be written completely", null);
        }
        return code;
    }

    private static int toFolder(ReportOptions options) {
        Path folder = options.folder().toAbsolutePath().normalize();
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new CommandFailure(
                    ExitCode.CANNOT_CREATE,
                    "cannot write into " + folder + ": it is a file, and a folder is needed",
                    null);
        }
        if (Files.exists(folder) && Report.reads(options, folder)) {
            throw new CommandFailure(ExitCode.USAGE, "--output " + folder + " is an input too", null);
        }
        return Report.run(options, System.in, new PrintStream(System.out, false, StandardCharsets.UTF_8), System.err);
    }

    private Set<Requirement> requirements() {
        Requirement needed = value(spec, REQUIRE, null);
        return needed == null ? Set.of() : Set.of(needed);
    }

    private Duration window() {
        Duration length = TimeArgument.length(WINDOW, value(spec, WINDOW, DEFAULT_WINDOW));
        if (length.compareTo(LONGEST_WINDOW) > 0) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    WINDOW + " must be at most " + LONGEST_WINDOW.toDays() + "d, not " + length.toDays() + "d",
                    null);
        }
        return length;
    }

    private Instant time(String option, Instant now) {
        Instant time = TimeArgument.time(option, value(spec, option, null), now);
        if (time != null && (time.isBefore(EARLIEST) || time.isAfter(LATEST))) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    option + " must lie between " + EARLIEST + " and " + LATEST + ", not at " + time,
                    null);
        }
        return time;
    }
}
