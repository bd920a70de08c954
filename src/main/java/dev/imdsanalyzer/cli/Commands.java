package dev.imdsanalyzer.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * Describes commands to picocli, with what all of them share: help, version, exit codes, {@code --verbose}.
 *
 * <p>By picocli's programmatic interface: each annotation that it reads instead costs a class made at run time, which no
 * class archive can hold; together they took a sixth of the service's start.
 */
final class Commands {
    static final String PROGRAM = "imds-packet-analyzer";
    static final String VERBOSE = "--verbose";

    private static final String[][] EXIT_CODES = {
        {"0", "fine"},
        {"1", "report: IMDSv2 cannot be required yet; run --fail-on-v1: something was IMDSv1, lost or unknown"},
        {"64", "wrong usage"},
        {"65", "bad data in an input, or it is of another kind"},
        {"66", "no such input"},
        {"69", "the device or a service is unavailable"},
        {"70", "a fault in this program"},
        {"73", "an output cannot be created"},
        {"74", "an output could not be written to its end"},
        {"77", "no permission"},
        {"78", "bad configuration"},
        {"126", "run: the command cannot be run"},
        {"127", "run: there is no such command"},
    };

    /** What the value of an option or argument is called that names something to read or write. */
    private static final Pattern NAME = Pattern.compile("(FILE|LOG|FOLDER)$");

    private Commands() {}

    /**
     * A command without options of its own yet.
     *
     * @param footer lines below the help; none for none
     */
    static CommandSpec command(String name, String description, Callable<Integer> action, String... footer) {
        Map<String, String> exitCodes = new LinkedHashMap<>();
        for (String[] code : EXIT_CODES) {
            exitCodes.put(code[0], code[1]);
        }
        CommandSpec spec = CommandSpec.wrapWithoutInspection(action)
                .name(name)
                .versionProvider(new Version())
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help message and exit.")
                        .build())
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Print version information and exit.")
                        .build())
                .addOption(OptionSpec.builder("-v", VERBOSE)
                        .type(boolean.class)
                        .description("Tell more on stderr, and print stack traces.")
                        .build());
        spec.usageMessage()
                .description(description)
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(exitCodes)
                .footer(footer);
        return spec;
    }

    /**
     * Refuses an empty text where a file or folder is to be named: mostly a variable that is not set, and Java takes it for the
     * current folder.
     */
    static void requireNames(ParseResult parsed) {
        for (ParseResult command = parsed; command != null; command = command.subcommand()) {
            command.matchedOptions().forEach(Commands::requireName);
            command.matchedPositionals().forEach(Commands::requireName);
        }
    }

    private static void requireName(ArgSpec argument) {
        boolean empty = NAME.matcher(argument.paramLabel()).find()
                && argument.stringValues().contains("");
        if (empty) {
            String what = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
            throw new CommandFailure(ExitCode.USAGE, what + ": a name is empty; is a variable not set?", null);
        }
    }

    /** An option that is there or not. */
    static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name)
                .type(boolean.class)
                .description(description)
                .build();
    }

    /** An option with one value of this type. */
    static OptionSpec option(String name, Class<?> type, String label, String description) {
        return option(List.of(name), type, label, description);
    }

    /** The same with a letter beside its name. */
    static OptionSpec option(List<String> names, Class<?> type, String label, String description) {
        OptionSpec.Builder option = OptionSpec.builder(names.toArray(String[]::new));
        if (type.isEnum()) {
            option.converters((ITypeConverter<Object>) word -> constant(type, word));
        }
        return option.type(type).paramLabel(label).description(description).build();
    }

    /** The constant of that name as the help shows it, in any case. */
    private static Object constant(Class<?> type, String word) {
        List<String> names =
                Stream.of(type.getEnumConstants()).map(Object::toString).toList();
        int index = names.indexOf(word.toLowerCase(Locale.ROOT).replace('_', '-'));
        if (index < 0) {
            throw new TypeConversionException("there is no \"" + word + "\"; it is one of " + String.join(", ", names));
        }
        return type.getEnumConstants()[index];
    }

    /** An option that may be repeated. */
    static OptionSpec repeated(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** All arguments that are no options. */
    static PositionalParamSpec arguments(String label, String arity, String description) {
        return PositionalParamSpec.builder()
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity(arity)
                .required(!arity.startsWith("0"))
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** The arguments of a parsed command that are no options, as {@link #arguments} describes them. */
    static List<String> arguments(CommandSpec spec) {
        return spec.commandLine().getParseResult().matchedPositionalValue(0, List.of());
    }

    /** The value of an option, or {@code absent} where the command line does not have it. */
    static <T> T value(CommandSpec spec, String option, T absent) {
        return spec.commandLine().getParseResult().matchedOptionValue(option, absent);
    }
}
