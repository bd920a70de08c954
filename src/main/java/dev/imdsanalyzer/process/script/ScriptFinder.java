package dev.imdsanalyzer.process.script;

import java.util.List;

/**
 * Finds what an interpreter runs: its script, jar, module or main class. Nothing but the arguments is looked at; where the
 * program has written a title over them, it is the program that the title names.
 */
public final class ScriptFinder {
    private ScriptFinder() {}

    /**
     * The script of a process.
     *
     * @param executable as /proc/PID/exe has it; null when unknown, then the first argument stands for it
     * @param arguments as the process was started with, the program first
     * @param workingDirectory null when unknown, then a relative path stays so
     * @return an absolute path where it is a file, else a module's or class's name; null when the program is no
     *     interpreter, or takes its program from an argument or its standard input
     */
    public static String find(String executable, List<String> arguments, String workingDirectory) {
        List<String> words = words(executable, arguments);
        if (isRetitled(executable, words)) {
            return ProcessTitle.program(words.get(0));
        }
        return words.size() < 2 ? null : ofArguments(executable, words, workingDirectory);
    }

    /** A title that repeats the arguments is one text of them all. */
    private static List<String> words(String executable, List<String> arguments) {
        boolean joined =
                executable != null && arguments.size() == 1 && arguments.get(0).indexOf(' ') > 0;
        if (!joined) {
            return arguments;
        }
        List<String> words = List.of(arguments.get(0).strip().split(" +"));
        return Interpreter.of(baseName(words.get(0))) == null ? arguments : words;
    }

    /** No shell writes a title over its arguments. */
    private static boolean isRetitled(String executable, List<String> arguments) {
        Interpreter interpreter = executable == null ? null : Interpreter.of(baseName(executable));
        return interpreter != null && interpreter != Interpreter.SHELL && ProcessTitle.isTitle(arguments);
    }

    private static String ofArguments(String executable, List<String> arguments, String workingDirectory) {
        String program = baseName(executable != null ? executable : arguments.get(0));
        int first = 1;
        if (program.equals("busybox")) {
            program = baseName(arguments.get(0));
            if (program.equals("busybox")) {
                program = arguments.get(1);
                first = 2;
            }
        }
        Interpreter interpreter = Interpreter.of(program);
        if (interpreter == null) {
            return null;
        }
        String found = new ScriptArguments(interpreter, arguments, first).find();
        if (found == null) {
            return null;
        }
        return found.startsWith(ScriptArguments.FILE)
                ? absolute(found.substring(ScriptArguments.FILE.length()), workingDirectory)
                : found;
    }

    private static String baseName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The path from the root where the folder is known; else as it is. */
    public static String absolute(String path, String workingDirectory) {
        if (path.startsWith("/") || workingDirectory == null) {
            return path;
        }
        String relative = path;
        while (relative.startsWith("./")) {
            relative = relative.substring(2);
        }
        return workingDirectory.endsWith("/") ? workingDirectory + relative : workingDirectory + "/" + relative;
    }
}
