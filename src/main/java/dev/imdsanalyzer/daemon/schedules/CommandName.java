package dev.imdsanalyzer.daemon.schedules;

import java.util.Set;
import java.util.regex.Pattern;

/** The name of what a line of a crontab runs: a base name without arguments, as those may hold secrets. */
final class CommandName {
    /** Stands for a name that cannot be told from the line, or that no program would have. */
    static final String UNKNOWN = "?";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.+@-]{1,64}");
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*");
    private static final Pattern SEPARATOR = Pattern.compile("&&|\\|\\||[;|{}()]");
    /** What stands before the work, in a command of its own. */
    private static final Set<String> PRELUDES = Set.of(
            "[", "[[", "test", "cd", "command", "export", "umask", "sleep", "true", "if", "set", "fi", "done", "ulimit",
            ".", "source");
    /** What runs the program that stands behind it, past its options and their values. */
    private static final Set<String> WRAPPERS = Set.of(
            "then",
            "else",
            "do",
            "nice",
            "ionice",
            "chronic",
            "nohup",
            "time",
            "exec",
            "env",
            "sudo",
            "setsid",
            "systemd-cat",
            "chrt");

    private static final Pattern SHELL_OR_INTERPRETER =
            Pattern.compile("(?:ba|da|k|z)?sh|python[0-9.]*|perl|ruby|php[0-9.]*|node");
    /** Options of theirs whose value is the next word. */
    private static final Set<String> WITH_VALUE = Set.of("-u", "-g", "--user", "--group");

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private CommandName() {}

    static String of(String command) {
        for (String part : SEPARATOR.split(command, 32)) {
            String name = ofPart(part.strip());
            if (name != null) {
                return name;
            }
        }
        return UNKNOWN;
    }

    /** Null where this part only prepares another. */
    private static String ofPart(String part) {
        String interpreter = null;
        String before = "";
        for (String word : part.split("\\s+", 64)) {
            boolean isValue = WITH_VALUE.contains(before);
            before = word;
            if (isValue
                    || word.isEmpty()
                    || word.equals("!")
                    || ASSIGNMENT.matcher(word).matches()) {
                continue;
            }
            String base = word.substring(word.lastIndexOf('/') + 1);
            if (interpreter == null) {
                if (PRELUDES.contains(base)) {
                    return null;
                }
                if (WRAPPERS.contains(base)
                        || word.startsWith("-")
                        || NUMBER.matcher(word).matches()) {
                    continue;
                }
                if (!SHELL_OR_INTERPRETER.matcher(base).matches()) {
                    return safe(base);
                }
                interpreter = base;
            } else if (word.startsWith("-")) {
                // What follows -c or -e is a program text, of which no word is a name.
                return word.contains("c") || word.contains("e") ? interpreter : scriptOr(interpreter, part, word);
            } else {
                return safe(base);
            }
        }
        return interpreter;
    }

    /** The first word behind an interpreter's option that is none. */
    private static String scriptOr(String interpreter, String part, String option) {
        String rest = part.substring(part.indexOf(option) + option.length());
        for (String word : rest.strip().split("\\s+", 64)) {
            if (!word.isEmpty() && !word.startsWith("-")) {
                return safe(word.substring(word.lastIndexOf('/') + 1));
            }
        }
        return interpreter;
    }

    private static String safe(String base) {
        return NAME.matcher(base).matches() ? base : UNKNOWN;
    }
}
