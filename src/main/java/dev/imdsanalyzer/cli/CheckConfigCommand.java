package dev.imdsanalyzer.cli;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationException;
import dev.imdsanalyzer.config.ConfigurationReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code check-config}: whether a configuration file can be used; every problem with its line and column. */
@Command(name = "check-config", description = "Validate a configuration file and print the values in force.")
final class CheckConfigCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "/etc/imds-packet-analyzer/config.yaml",
            description = "The file; default: ${DEFAULT-VALUE}")
    private Path file;

    @Override
    public Integer call() {
        if (!Files.exists(file)) {
            throw new CommandFailure(ExitCode.NO_INPUT, file + ": there is no such file", null);
        }
        if (!Files.isReadable(file)) {
            throw new CommandFailure(ExitCode.NO_PERMISSION, file + ": no permission to read it", null);
        }
        try {
            Configuration configuration = new ConfigurationReader()
                    .file(file)
                    .environment(System.getenv())
                    .read();
            spec.commandLine().getOut().print(configuration.describe());
            spec.commandLine().getOut().flush();
            for (String warning : configuration.warnings()) {
                spec.commandLine().getErr().println("imds-packet-analyzer: warning: " + warning);
            }
            spec.commandLine().getErr().flush();
            return ExitCode.OK;
        } catch (ConfigurationException e) {
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, String.join("\n", e.problems()), e);
        }
    }
}
