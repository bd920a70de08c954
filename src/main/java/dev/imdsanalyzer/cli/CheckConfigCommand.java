package dev.imdsanalyzer.cli;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationException;
import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.config.ServiceLimits;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code check-config}: whether a configuration file can be used; every problem with its line and column. */
final class CheckConfigCommand implements Callable<Integer> {
    private static final String INSTALLED = "/etc/imds-packet-analyzer/config.yaml";

    private final CommandSpec spec =
            Commands.command("check-config", "Validate a configuration file and print the values in force.", this);

    /** As picocli wants to know it. */
    CommandSpec spec() {
        return spec.addPositional(PositionalParamSpec.builder()
                .type(Path.class)
                .arity("0..1")
                .paramLabel("FILE")
                .description("The file; default: " + INSTALLED)
                .build());
    }

    @Override
    public Integer call() {
        Path file = spec.commandLine().getParseResult().matchedPositionalValue(0, Path.of(INSTALLED));
        ConfigurationOptions.requireFile(file);
        try {
            Configuration configuration = new ConfigurationReader()
                    .file(file)
                    .environment(System.getenv())
                    .read();
            spec.commandLine().getOut().print(configuration.describe());
            spec.commandLine().getOut().flush();
            for (String warning : ServiceLimits.warnings(configuration)) {
                spec.commandLine().getErr().println("imds-packet-analyzer: warning: " + warning);
            }
            spec.commandLine().getErr().flush();
            return ExitCode.OK;
        } catch (ConfigurationException e) {
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, String.join("\n", e.problems()), e);
        }
    }
}
