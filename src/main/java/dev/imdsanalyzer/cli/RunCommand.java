package dev.imdsanalyzer.cli;

import static dev.imdsanalyzer.cli.Commands.arguments;
import static dev.imdsanalyzer.cli.Commands.flag;
import static dev.imdsanalyzer.cli.Commands.option;
import static dev.imdsanalyzer.cli.Commands.value;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.CommandNotRunException;
import dev.imdsanalyzer.daemon.ConfigurationSource;
import dev.imdsanalyzer.daemon.LiveAnalyzer;
import dev.imdsanalyzer.daemon.OutputException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code run}: live capture in the foreground; what the service runs. */
final class RunCommand implements Callable<Integer> {
    private static final String INTERFACE = "--interface";
    private static final String DURATION = "--duration";
    private static final String COUNT = "--count";
    private static final String READY_FILE = "--ready-file";
    private static final String FAIL_ON_V1 = "--fail-on-v1";

    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,11}");

    private final CommandSpec spec = Commands.command(
            "run",
            "Capture live and write a line for each call to IMDS, with the program that made it.",
            this,
            "",
            "With a COMMAND, only its calls and those of its descendants are shown, and its exit code is ours:",
            "  imds-packet-analyzer run --format text -- aws sts get-caller-identity",
            "As a gate, with --duration, --count, a COMMAND or up to SIGTERM; a command's own failure goes first:",
            "  imds-packet-analyzer run --fail-on-v1 --duration 300");
    private final ConfigurationOptions options = new ConfigurationOptions(spec);

    /** As picocli wants to know it. */
    CommandSpec spec() {
        return spec.addOption(option(
                        List.of(INTERFACE, "-i"), String.class, "DEVICE", "Network device; default: any, all of them."))
                .addOption(option(
                        DURATION,
                        String.class,
                        "SECONDS",
                        "Stop after so many seconds, or a length such as 10m or 1h."))
                .addOption(option(List.of(COUNT, "-c"), String.class, "CALLS", "Stop after so many calls."))
                .addOption(option(
                        READY_FILE, Path.class, "FILE", "Create this file once capture and attribution are attached."))
                .addOption(refused("-r", "use read: imds-packet-analyzer read FILE"))
                .addOption(refused(
                        "-w",
                        "a written capture would hold tokens and credentials; --output FILE takes the"
                                + " log, and tcpdump -w writes captures"))
                .addOption(flag(
                        FAIL_ON_V1,
                        "Exit with 0 only if no call was IMDSv1, lost or of unknown version until the end, else with 1 and"
                                + " the callers on stderr."))
                .addPositional(arguments("COMMAND", "0..*", "A command to run and watch, after --."));
    }

    @Override
    public Integer call() throws InterruptedException {
        for (OptionSpec option : spec.options()) {
            if (option.hidden() && spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new CommandFailure(
                        ExitCode.USAGE, option.shortestName() + " is no option here: " + option.description()[0], null);
            }
        }
        options.requireFile();
        long durationSeconds = seconds(value(spec, DURATION, null));
        long count = count(value(spec, COUNT, null));
        Configuration configuration = ConfigurationOptions.read(reader());
        try {
            LiveAnalyzer analyzer = new LiveAnalyzer(new LiveAnalyzer.Request(
                    configuration,
                    source(),
                    Version.number(),
                    value(spec, READY_FILE, null),
                    durationSeconds,
                    count,
                    value(spec, FAIL_ON_V1, false),
                    arguments(spec)));
            return analyzer.run();
        } catch (CaptureException e) {
            throw CommandFailure.of(e);
        } catch (CommandNotRunException e) {
            throw new CommandFailure(e.exitCode(), e.getMessage(), e);
        } catch (OutputException e) {
            throw new CommandFailure(ExitCode.CANNOT_CREATE, e.getMessage(), e);
        }
    }

    /** What tcpdump has under this letter, told with what there is instead. */
    private static OptionSpec refused(String name, String instead) {
        return OptionSpec.builder(name)
                .arity("0..1")
                .type(String.class)
                .hidden(true)
                .description(instead)
                .build();
    }

    private static long seconds(String text) {
        if (text == null) {
            return 0;
        }
        return NUMBER.matcher(text).matches()
                ? Long.parseLong(text)
                : TimeArgument.length(DURATION, text).toSeconds();
    }

    private static long count(String text) {
        if (text == null) {
            return 0;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw new CommandFailure(
                    ExitCode.USAGE, COUNT + " must be a number of calls from 1 on, not \"" + text + "\"", null);
        }
        return Long.parseLong(text);
    }

    private ConfigurationReader reader() {
        ConfigurationReader reader = options.reader();
        String device = value(spec, INTERFACE, null);
        if (device != null) {
            reader.option(INTERFACE, Setting.CAPTURE_INTERFACE, device);
        }
        return reader;
    }

    /** For a later SIGHUP; null without a file. */
    private ConfigurationSource source() {
        return options.file() == null ? null : () -> reader().read();
    }
}
