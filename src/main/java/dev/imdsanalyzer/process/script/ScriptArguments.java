package dev.imdsanalyzer.process.script;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Walks over an interpreter's own options to what it runs. */
final class ScriptArguments {
    /** Before a found path; a module or a class has none. */
    static final String FILE = "file:";

    private static final String NONE = "";

    /** The start of each option of PowerShell's that takes the next argument. */
    private static final List<String> POWERSHELL_VALUED =
            List.of("ex", "ep", "inp", "if", "o", "w", "config", "cus", "settings", "psc");

    /** What is no file: a module by its scheme, as {@code npm:}, {@code jsr:} or {@code https:}. */
    private static final Pattern SCHEME = Pattern.compile("[a-z]+:[^:].*");

    private static final Pattern SOURCE = Pattern.compile(".*(?:/.*|\\.[cm]?[jt]sx?)");

    private final Interpreter interpreter;
    private final List<String> arguments;
    private int index;

    ScriptArguments(Interpreter interpreter, List<String> arguments, int first) {
        this.interpreter = interpreter;
        this.arguments = arguments;
        this.index = first;
    }

    /** A path behind {@link #FILE}, a name, or null. */
    String find() {
        while (index < arguments.size()) {
            String argument = arguments.get(index++);
            if (argument.equals("--")) {
                return index < arguments.size() ? FILE + arguments.get(index) : null;
            }
            if (!isOption(argument)) {
                return operand(argument);
            }
            String found = option(argument);
            if (found != null) {
                return found.equals(NONE) ? null : found;
            }
        }
        return null;
    }

    private boolean isOption(String argument) {
        boolean shellOff = interpreter == Interpreter.SHELL && argument.startsWith("+");
        return argument.length() > 1 && (argument.startsWith("-") || shellOff);
    }

    private String operand(String argument) {
        if (argument.equals("-") || argument.isBlank()) {
            return null;
        }
        if (interpreter == Interpreter.JAVA) {
            if (argument.startsWith("@")) {
                return find();
            }
            return argument.endsWith(".java") ? FILE + argument : argument;
        }
        if (interpreter == Interpreter.DOTNET) {
            if (argument.equals("exec")) {
                return find();
            }
            // Else a command of the tools, such as build.
            return argument.endsWith(".dll") ? FILE + argument : null;
        }
        return switch (interpreter) {
            case NODE -> argument.equals("inspect") ? find() : FILE + argument;
            case DENO, BUN -> argument.equals("run") ? find() : source(argument);
            default -> FILE + argument;
        };
    }

    /** A file or a module; else a command, such as install, or a task of a project. */
    private static String source(String argument) {
        if (SCHEME.matcher(argument).matches()) {
            return argument;
        }
        return SOURCE.matcher(argument).matches() ? FILE + argument : null;
    }

    /** What the option says is run, {@link #NONE} where it says that there is no script, null to go on. */
    private String option(String argument) {
        if (interpreter == Interpreter.JAVA) {
            return javaOption(argument);
        }
        if (interpreter == Interpreter.POWERSHELL) {
            return powershellOption(argument.substring(argument.startsWith("--") ? 2 : 1));
        }
        if (interpreter == Interpreter.R && argument.startsWith("--file=")) {
            return FILE + argument.substring("--file=".length());
        }
        if (argument.startsWith("--")) {
            if (interpreter.takesCode(argument)) {
                return NONE;
            }
            if (interpreter == Interpreter.PHP && argument.equals("--file")) {
                return next(true);
            }
            index += interpreter.takesValue(argument) ? 1 : 0;
            return null;
        }
        return letters(argument);
    }

    private String letters(String argument) {
        for (int i = 1; i < argument.length(); i++) {
            char letter = argument.charAt(i);
            boolean last = i == argument.length() - 1;
            if (interpreter.code.indexOf(letter) >= 0) {
                return NONE;
            }
            if (letter == 'f' && takesFile()) {
                return last ? next(true) : FILE + argument.substring(i + 1);
            }
            if (interpreter.module.indexOf(letter) >= 0) {
                return last ? next(false) : argument.substring(i + 1);
            }
            if (interpreter.valued.indexOf(letter) >= 0) {
                index += last ? 1 : 0;
                return null;
            }
            if (interpreter.attached.indexOf(letter) >= 0) {
                return null;
            }
        }
        return null;
    }

    private boolean takesFile() {
        return interpreter == Interpreter.PHP || interpreter == Interpreter.R || interpreter == Interpreter.TCL;
    }

    /** In either case, and cut as short as it is still the only one. */
    private String powershellOption(String written) {
        String option = written.toLowerCase(Locale.ROOT);
        if ("file".startsWith(option)) {
            String file = next(true);
            return file.equals(FILE + "-") ? NONE : file;
        }
        boolean code = "commandwithargs".startsWith(option)
                || "encodedcommand".startsWith(option)
                || option.equals("cwa")
                || option.equals("ec");
        if (code) {
            return NONE;
        }
        index += POWERSHELL_VALUED.stream().anyMatch(option::startsWith) ? 1 : 0;
        return null;
    }

    private String javaOption(String argument) {
        return switch (argument) {
            case "-jar" -> next(true);
            case "-m", "--module" -> next(false);
            case "-version", "--version", "-help", "--help", "-?" -> NONE;
            default -> {
                if (argument.startsWith("--module=")) {
                    yield argument.substring("--module=".length());
                }
                index += interpreter.takesValue(argument) ? 1 : 0;
                yield null;
            }
        };
    }

    private String next(boolean file) {
        if (index >= arguments.size()) {
            return NONE;
        }
        return file ? FILE + arguments.get(index) : arguments.get(index);
    }
}
