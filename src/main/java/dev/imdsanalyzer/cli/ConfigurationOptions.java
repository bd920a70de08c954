package dev.imdsanalyzer.cli;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationException;
import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.config.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that {@code run} and {@code read} share: where the configuration comes from and where the lines go. */
final class ConfigurationOptions {
    @Option(names = "--config", paramLabel = "FILE", description = "Configuration file; without it the defaults hold.")
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a key of the configuration, such as output.fold_seconds=0; may be repeated.")
    private List<String> pairs = new ArrayList<>();

    @Option(names = "--format", paramLabel = "FORMAT", description = "json, or text: one coloured line a call.")
    private String format;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where the lines go: - is stdout, a path that ends in / a folder for dated files.")
    private String output;

    /** The configuration in force, with the command's own options over it. */
    ConfigurationReader reader() {
        ConfigurationReader reader = new ConfigurationReader();
        if (file != null) {
            reader.file(file);
        }
        reader.environment(System.getenv());
        pairs.forEach(reader::pair);
        if (format != null) {
            reader.option("--format", Setting.OUTPUT_FORMAT, format);
        }
        if (output != null) {
            reader.option("--output", Setting.OUTPUT_DESTINATION, output);
        }
        return reader;
    }

    /** The file named by {@code --config}; null without it. */
    Path file() {
        return file;
    }

    static Configuration read(ConfigurationReader reader) {
        try {
            return reader.read();
        } catch (ConfigurationException e) {
            boolean onlyOptions = e.problems().stream().allMatch(problem -> problem.startsWith("--"));
            throw new CommandFailure(
                    onlyOptions ? ExitCode.USAGE : ExitCode.BAD_CONFIGURATION, String.join("\n", e.problems()), e);
        }
    }
}
