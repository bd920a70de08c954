package dev.imdsanalyzer.cli;

import dev.imdsanalyzer.config.NearestKey;
import dev.imdsanalyzer.daemon.WarmStart;
import dev.imdsanalyzer.report.format.Escape;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: arguments in, exit code out. */
public final class Main {
    private static final String HELP = "help";

    private Main() {}

    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("run")) {
            WarmStart.begin();
        }
        System.exit(execute(arguments));
    }

    /** Runs a command line and gives its exit code; nothing else ends the process. */
    static int execute(String... arguments) {
        String[] asked = help(arguments);
        return commandLine(asked).execute(asked);
    }

    /** {@code help COMMAND} is {@code COMMAND --help}; what is no command is left to be told as such. */
    private static String[] help(String... arguments) {
        if (arguments.length == 0 || !arguments[0].equals(HELP)) {
            return arguments;
        }
        if (arguments.length == 1) {
            return new String[] {"--help"};
        }
        String command = arguments[1];
        return commands().containsKey(command) ? new String[] {command, "--help"} : new String[] {command};
    }

    /** The parser for these arguments: with all commands, or with the one that they begin with. */
    static CommandLine commandLine(String... arguments) {
        CommandSpec program = program();
        String first = arguments.length == 0 ? "" : arguments[0];
        Map<String, Supplier<CommandSpec>> commands = commands();
        // Describing all of them delays a start.
        if (commands.containsKey(first)) {
            program.addSubcommand(first, commands.get(first).get());
        } else {
            commands.forEach((name, spec) -> program.addSubcommand(name, spec.get()));
        }
        Failures failures = new Failures();
        return new CommandLine(program)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setExecutionStrategy(Main::run)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    /** Refuses what no command can use, runs the one that is asked for, and sees that what it printed has arrived. */
    private static int run(ParseResult parsed) {
        try {
            Commands.requireNames(parsed);
            int code = new RunLast().execute(parsed);
            if (code == ExitCode.OK) {
                StandardOutput.requireWritten();
            }
            return code;
        } catch (CommandFailure e) {
            throw new ExecutionException(parsed.commandSpec().commandLine(), e.getMessage(), e);
        }
    }

    private static CommandSpec program() {
        CommandSpec[] self = new CommandSpec[1];
        self[0] = Commands.command(
                Commands.PROGRAM,
                "Names every program on this host that calls the EC2 Instance Metadata Service, in which version.",
                () -> {
                    throw new ParameterException(self[0].commandLine(), "a command is missing");
                });
        return self[0];
    }

    /** In the order of the help. */
    private static Map<String, Supplier<CommandSpec>> commands() {
        Map<String, Supplier<CommandSpec>> commands = new LinkedHashMap<>();
        commands.put("run", () -> new RunCommand().spec());
        commands.put("read", () -> new ReadCommand().spec());
        commands.put("show", () -> new ShowCommand().spec());
        commands.put("report", () -> new ReportCommand().spec());
        commands.put("doctor", () -> new DoctorCommand().spec());
        commands.put("check-config", () -> new CheckConfigCommand().spec());
        return commands;
    }

    /** Tells what went wrong in one line on stderr, and how it ends. */
    private static final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
        @Override
        public int handleParseException(ParameterException e, String[] arguments) {
            CommandLine commandLine = e.getCommandLine();
            print(
                    commandLine.getErr(),
                    message(e) + hint(e) + "; see "
                            + commandLine.getCommandSpec().qualifiedName() + " --help");
            return ExitCode.USAGE;
        }

        private static String message(ParameterException e) {
            if (e instanceof UnmatchedArgumentException unmatched) {
                String word = unmatched.getUnmatched().get(0);
                boolean isCommand = e.getCommandLine().getParent() == null;
                if (!word.startsWith("-")) {
                    return isCommand ? "there is no command \"" + word + '"' : "one argument too many: \"" + word + '"';
                }
            }
            return e.getMessage() == null ? "wrong usage" : e.getMessage();
        }

        /** What an unknown word was probably meant to be: another option of the command, or another command. */
        private static String hint(ParameterException e) {
            if (!(e instanceof UnmatchedArgumentException unmatched)) {
                return "";
            }
            CommandSpec spec = e.getCommandLine().getCommandSpec();
            String word = unmatched.getUnmatched().get(0);
            List<String> known = new ArrayList<>(spec.subcommands().keySet());
            known.add(HELP);
            if (word.startsWith("-")) {
                known.clear();
                known.addAll(spec.optionsMap().keySet());
                known.removeIf(name -> !name.startsWith("--"));
            }
            return NearestKey.hint(word.split("=", 2)[0], known);
        }

        @Override
        public int handleExecutionException(Exception e, CommandLine commandLine, ParseResult parsed) {
            boolean verbose = isVerbose(parsed);
            PrintWriter err = commandLine.getErr();
            if (verbose) {
                e.printStackTrace(err);
            }
            if (e instanceof CommandFailure failure) {
                failure.lines().forEach(line -> print(err, line));
                return failure.exitCode();
            }
            print(
                    err,
                    "internal fault: " + e + WarmStart.failure()
                            + (verbose ? "" : "; " + Commands.VERBOSE + " shows where"));
            return ExitCode.SOFTWARE;
        }

        /** Before the command, or among its own options. */
        private static boolean isVerbose(ParseResult parsed) {
            return parsed.hasMatchedOption(Commands.VERBOSE)
                    || (parsed.hasSubcommand() && isVerbose(parsed.subcommand()));
        }

        private static void print(PrintWriter err, String line) {
            // Names that a stranger chose may stand in it.
            err.println(Commands.PROGRAM + ": " + Escape.terminal(line));
            err.flush();
        }
    }
}
