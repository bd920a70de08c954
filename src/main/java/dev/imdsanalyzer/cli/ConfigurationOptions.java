package dev.imdsanalyzer.cli;

import static dev.imdsanalyzer.cli.Commands.option;
import static dev.imdsanalyzer.cli.Commands.repeated;
import static dev.imdsanalyzer.cli.Commands.value;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationException;
import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The options that {@code run} and {@code read} share: where the configuration comes from and where the lines go. */
final class ConfigurationOptions {
    private static final String CONFIG = "--config";
    private static final String SET = "--set";
    private static final String FORMAT = "--format";
    private static final String OUTPUT = "--output";

    private final CommandSpec spec;

    /** Adds the options to a command. */
    ConfigurationOptions(CommandSpec spec) {
        this.spec = spec;
        spec.addOption(option(CONFIG, Path.class, "FILE", "Configuration file; without it the defaults hold."));
        spec.addOption(repeated(
                SET, "KEY=VALUE", "Set a key of the configuration, such as output.fold_seconds=0; may be repeated."));
        spec.addOption(option(FORMAT, String.class, "FORMAT", "json, or text: one coloured line a call."));
        spec.addOption(option(
                List.of(OUTPUT, "-o"),
                String.class,
                "FILE",
                "Where the lines go: - is stdout, a path that ends in / a folder for dated files."));
    }

    /** The configuration in force, with the command's own options over it. */
    ConfigurationReader reader() {
        ConfigurationReader reader = new ConfigurationReader();
        if (file() != null) {
            reader.file(file());
        }
        reader.environment(System.getenv());
        value(spec, SET, List.<String>of()).forEach(reader::pair);
        override(reader, FORMAT, Setting.OUTPUT_FORMAT);
        override(reader, OUTPUT, Setting.OUTPUT_DESTINATION);
        return reader;
    }

    private void override(ConfigurationReader reader, String option, Setting setting) {
        String value = value(spec, option, null);
        if (value != null) {
            reader.option(option, setting, value);
        }
    }

    /** @throws CommandFailure where the named file is not there */
    void requireFile() {
        requireFile(file());
    }

    /**
     * @param file null where none is named
     * @throws CommandFailure where it is not there, or may not be read
     */
    static void requireFile(Path file) {
        if (file != null && !Files.exists(file)) {
            throw new CommandFailure(ExitCode.NO_INPUT, file + ": there is no such file", null);
        }
        if (file != null && !Files.isReadable(file)) {
            throw new CommandFailure(ExitCode.NO_PERMISSION, file + ": no permission to read it", null);
        }
    }

    /** The file named by {@code --config}; null without it. */
    Path file() {
        return value(spec, CONFIG, null);
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
