package dev.imdsanalyzer.process.script;

import java.util.List;
import java.util.Set;

/**
 * Titles that interpreted programs write over their arguments, as by perl's {@code $0} (perlvar) and setproctitle: {@code
 * gunicorn: worker [shop]}, {@code [celeryd: celery@host:MainProcess]}, {@code sidekiq 6.5.1 shop [0 of 5 busy]}. What
 * changes in them is left out, so that a program has one name.
 */
final class ProcessTitle {
    private static final int LONGEST_NAME = 64;

    /** What processes of one program are among each other. */
    private static final Set<String> ROLES = Set.of("supervisor", "worker", "master", "child", "server");

    private ProcessTitle() {}

    /**
     * Whether the arguments are a title: one text, perhaps padded, that names no interpreter.
     *
     * @param arguments as /proc/PID/cmdline has them
     */
    static boolean isTitle(List<String> arguments) {
        for (int i = 1; i < arguments.size(); i++) {
            if (!arguments.get(i).isBlank()) {
                return false;
            }
        }
        return !arguments.isEmpty() && !arguments.get(0).startsWith("-") && program(arguments.get(0)) != null;
    }

    /** The program that a title begins with, without its version; null where it names none, or an interpreter. */
    static String program(String title) {
        int start = afterState(title);
        while (start < title.length()
                && !Character.isLetterOrDigit(title.charAt(start))
                && title.charAt(start) != '/') {
            start++;
        }
        int end = start;
        while (end < title.length() && isNamePart(title.charAt(end))) {
            end++;
        }
        // As fluentd has it, worker:fluentd; worker: job 17 is another one's own name.
        boolean role = end + 1 < title.length() && title.charAt(end) == ':' && isNamePart(title.charAt(end + 1));
        if (role && ROLES.contains(title.substring(start, end))) {
            return program(title.substring(end + 1));
        }
        String path = title.substring(start, end);
        String name = withoutVersion(path.substring(path.lastIndexOf('/') + 1));
        boolean named = !name.isEmpty() && name.length() <= LONGEST_NAME && Character.isLetter(name.charAt(0));
        return named && Interpreter.of(name) == null ? name : null;
    }

    /** Where the title begins behind a state before it: {@code [ready] gunicorn: worker [shop]}. */
    private static int afterState(String title) {
        int end = title.startsWith("[") ? title.indexOf("] ") : -1;
        int colon = title.indexOf(':');
        boolean state =
                end > 1 && colon > end && title.substring(1, end).chars().allMatch(Character::isLetter);
        return state ? end + 2 : 0;
    }

    /** {@code resque-1.27.4}, {@code delayed_job.0}. */
    private static String withoutVersion(String name) {
        int end = name.length();
        while (end > 0 && (Character.isDigit(name.charAt(end - 1)) || name.charAt(end - 1) == '.')) {
            end--;
        }
        if (end < 2 || end == name.length()) {
            return name;
        }
        return name.charAt(end - 1) == '-' ? name.substring(0, end - 1) : withoutNumber(name, end);
    }

    private static String withoutNumber(String name, int end) {
        return name.charAt(end) == '.' ? name.substring(0, end) : name;
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || "-_./".indexOf(c) >= 0;
    }
}
