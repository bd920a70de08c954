package dev.imdsanalyzer.cli;

import static dev.imdsanalyzer.cli.Commands.arguments;
import static dev.imdsanalyzer.cli.Commands.flag;
import static dev.imdsanalyzer.cli.Commands.option;
import static dev.imdsanalyzer.cli.Commands.repeated;
import static dev.imdsanalyzer.cli.Commands.value;

import dev.imdsanalyzer.config.NearestKey;
import dev.imdsanalyzer.daemon.host.Terminal;
import dev.imdsanalyzer.report.input.InputCounts;
import dev.imdsanalyzer.report.input.NotALogException;
import dev.imdsanalyzer.report.show.Show;
import dev.imdsanalyzer.report.show.ShowOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code show}: the log for people. */
final class ShowCommand implements Callable<Integer> {
    private static final String SINCE = "--since";
    private static final String UNTIL = "--until";
    private static final String FINDING = "--finding";
    private static final String CALLER = "--caller";
    private static final String INSTANCE = "--instance";
    private static final String VERSION = "--imds-version";
    private static final String FOLLOW = "--follow";
    private static final List<String> VERSIONS = List.of("v1", "v2", "unknown");

    private final CommandSpec spec = Commands.command(
            "show",
            "Show the lines of a log as people read them, those that are asked for, and who called how often.",
            this,
            "",
            "Each host's lines come in the order of time, one host after the other. Times are UTC; options give",
            "2026-11-21, 2026-11-21T12:00:00Z or an age such as 1h. Options that may be repeated ask for any of their",
            "values. With - alone and --follow, standard input is shown while it comes.");

    /** As picocli wants to know it. */
    CommandSpec spec() {
        return spec.addPositional(arguments("LOG", "1..*", "Log files, plain or .gz, folders, pipes; - is stdin."))
                .addOption(option(SINCE, String.class, "TIME", "Leave out what was before."))
                .addOption(option(UNTIL, String.class, "TIME", "Leave out what was from then on."))
                .addOption(repeated(FINDING, "CODE", "Calls with this finding, such as imdsv1-rejected."))
                .addOption(repeated(
                        CALLER, "TEXT", "Calls of a program, script, unit or container with this in its name."))
                .addOption(repeated(INSTANCE, "ID", "Lines of this instance, by its id or its host name."))
                .addOption(repeated(VERSION, "VERSION", "Calls of this version: v1, v2 or unknown."))
                .addOption(flag(FOLLOW, "Go on with what is written later, until Ctrl-C."));
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        Show show = new Show(
                new ShowOptions(
                        arguments(spec), filter(), value(spec, FOLLOW, false), Terminal.hasColour(), Terminal.width()),
                out);
        if (value(spec, FOLLOW, false)) {
            Terminal.onInterrupt(show::stop);
        }
        try {
            InputCounts counts = show.run(System.in);
            NotALogException.requireLog(arguments(spec), counts);
            if (counts.denied() > 0) {
                throw new CommandFailure(
                        ExitCode.NO_PERMISSION,
                        counts.firstDenied()
                                + ": no permission to read it: run it with sudo, or join the group imds-packet-analyzer",
                        null);
            }
            if (counts.damaged() > 0) {
                throw new CommandFailure(
                        ExitCode.BAD_DATA, counts.damagedNames().get(0), null);
            }
            return ExitCode.OK;
        } catch (NotALogException e) {
            throw new CommandFailure(ExitCode.BAD_DATA, e.getMessage(), e);
        } catch (NoSuchFileException | InvalidPathException e) {
            String name = e instanceof NoSuchFileException missing ? missing.getFile() : e.getMessage();
            throw new CommandFailure(ExitCode.NO_INPUT, name + ": no such file or folder", e);
        } catch (AccessDeniedException e) {
            throw new CommandFailure(ExitCode.NO_PERMISSION, e.getFile() + ": no permission to read it", e);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.NO_INPUT, "cannot read the input: " + e.getMessage(), e);
        }
    }

    private ShowOptions.Filter filter() {
        Instant now = Instant.now();
        Instant since = TimeArgument.time(SINCE, value(spec, SINCE, null), now);
        Instant until = TimeArgument.time(UNTIL, value(spec, UNTIL, null), now);
        TimeArgument.requireOrder(since, until);
        List<String> findings = value(spec, FINDING, List.of());
        findings.forEach(code -> requireKnown(FINDING, code, ShowOptions.Filter.knownFindings()));
        List<String> versions = value(spec, VERSION, List.<String>of()).stream()
                .map(version -> version.toLowerCase(Locale.ROOT))
                .map(version -> version.matches("[12]") ? "v" + version : version)
                .toList();
        versions.forEach(version -> requireKnown(VERSION, version, VERSIONS));
        return new ShowOptions.Filter(
                since, until, findings, value(spec, CALLER, List.of()), value(spec, INSTANCE, List.of()), versions);
    }

    private static void requireKnown(String option, String word, List<String> known) {
        if (!known.contains(word)) {
            String others =
                    known.size() > 3 ? NearestKey.hint(word, known) : "; it is one of " + String.join(", ", known);
            throw new CommandFailure(ExitCode.USAGE, option + ": there is no \"" + word + "\"" + others, null);
        }
    }
}
