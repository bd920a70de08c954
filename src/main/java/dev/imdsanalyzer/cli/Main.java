package dev.imdsanalyzer.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line: arguments in, exit code out. */
@Command(
        name = "imds-packet-analyzer",
        description =
                "Names every program on this host that calls the EC2 Instance Metadata Service, in which version.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:fine",
            "1:report: IMDSv2 cannot be required yet",
            "64:wrong usage",
            "65:bad data in an input",
            "66:no such input",
            "69:libpcap, the device or a service is unavailable",
            "70:a fault in this program",
            "73:an output cannot be created",
            "74:an output could not be written to its end",
            "77:no permission",
            "78:bad configuration"
        })
public final class Main implements Runnable {
    /** In the order of the help. */
    private static final List<Class<?>> COMMANDS = List.of(
            RunCommand.class, ReadCommand.class, ReportCommand.class, DoctorCommand.class, CheckConfigCommand.class);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Tell more on stderr, and print stack traces.")
    private boolean verbose;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    /** Runs a command line and gives its exit code; nothing else ends the process. */
    static int execute(String... arguments) {
        return commandLine(arguments).execute(arguments);
    }

    /** The parser for these arguments: with all commands, or with the one that they begin with. */
    static CommandLine commandLine(String... arguments) {
        Main main = new Main();
        CommandLine line = new CommandLine(main);
        commandsFor(arguments).forEach(line::addSubcommand);
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setParameterExceptionHandler((e, args) -> usage(e))
                .setExecutionExceptionHandler((e, failing, result) -> failed(e, failing, main.verbose));
    }

    /** The command that comes first alone, where there is one: reading the annotations of all delays a start. */
    private static List<Class<?>> commandsFor(String... arguments) {
        String first = arguments.length == 0 ? "" : arguments[0];
        List<Class<?>> named = COMMANDS.stream()
                .filter(command -> command.getAnnotation(Command.class).name().equals(first))
                .toList();
        return named.isEmpty() ? COMMANDS : named;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int usage(ParameterException e) {
        CommandLine commandLine = e.getCommandLine();
        print(
                commandLine.getErr(),
                firstLine(e.getMessage()) + "; see "
                        + commandLine.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine commandLine, boolean verbose) {
        PrintWriter err = commandLine.getErr();
        if (verbose) {
            e.printStackTrace(err);
        }
        if (e instanceof CommandFailure failure) {
            failure.getMessage().lines().forEach(line -> print(err, line));
            return failure.exitCode();
        }
        print(err, "internal fault: " + e + (verbose ? "" : "; --verbose shows where"));
        return ExitCode.SOFTWARE;
    }

    private static void print(PrintWriter err, String line) {
        err.println("imds-packet-analyzer: " + line);
        err.flush();
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("wrong usage");
    }
}
