package dev.imdsanalyzer.cli;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.ConfigurationSource;
import dev.imdsanalyzer.daemon.LiveAnalyzer;
import dev.imdsanalyzer.daemon.OutputException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code run}: live capture in the foreground; what the service runs. */
@Command(
        name = "run",
        description = "Capture live and write a line for each call to IMDS, with the program that made it.",
        footer = {
            "",
            "With a COMMAND, only its calls and those of its descendants are shown, and its exit code is ours:",
            "  imds-packet-analyzer run --format text -- aws sts get-caller-identity"
        })
final class RunCommand implements Callable<Integer> {
    @Mixin
    private ConfigurationOptions options;

    @Option(names = "--interface", paramLabel = "DEVICE", description = "Network device; default: any, all of them.")
    private String device;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "Stop after so many seconds.")
    private long durationSeconds;

    @Option(names = "--count", paramLabel = "CALLS", description = "Stop after so many calls.")
    private long count;

    @Option(
            names = "--ready-file",
            paramLabel = "FILE",
            description = "Create this file once capture and attribution are attached.")
    private Path readyFile;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "A command to run and watch, after --.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws InterruptedException {
        if (durationSeconds < 0 || count < 0) {
            throw new CommandFailure(ExitCode.USAGE, "--duration and --count must not be negative", null);
        }
        Configuration configuration = ConfigurationOptions.read(reader());
        try {
            LiveAnalyzer analyzer = new LiveAnalyzer(new LiveAnalyzer.Request(
                    configuration, source(), Version.number(), readyFile, durationSeconds, count, command));
            return analyzer.run();
        } catch (CaptureException e) {
            throw CommandFailure.of(e);
        } catch (OutputException e) {
            throw new CommandFailure(ExitCode.CANNOT_CREATE, e.getMessage(), e);
        }
    }

    private ConfigurationReader reader() {
        ConfigurationReader reader = options.reader();
        if (device != null) {
            reader.option("--interface", Setting.CAPTURE_INTERFACE, device);
        }
        return reader;
    }

    /** For a later SIGHUP; null without a file. */
    private ConfigurationSource source() {
        return options.file() == null ? null : () -> reader().read();
    }
}
