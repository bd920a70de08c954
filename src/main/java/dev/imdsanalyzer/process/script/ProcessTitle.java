package dev.imdsanalyzer.process.script;

import java.util.List;

/**
 * Titles that interpreted programs write over their arguments, as by perl's {@code $0} (perlvar) and setproctitle: {@code
 * gunicorn: worker [shop]}, {@code [celeryd: celery@host:MainProcess]}, {@code sidekiq 6.5.1 shop [0 of 5 busy]}. What
 * changes in them is left out, so that a program has one name.
 */
final class ProcessTitle {
    private static final int LONGEST_NAME = 64;

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
        int start = 0;
        while (start < title.length()
                && !Character.isLetterOrDigit(title.charAt(start))
                && title.charAt(start) != '/') {
            start++;
        }
        int end = start;
        while (end < title.length() && isNamePart(title.charAt(end))) {
            end++;
        }
        String path = title.substring(start, end);
        String name = withoutVersion(path.substring(path.lastIndexOf('/') + 1));
        boolean named = !name.isEmpty() && name.length() <= LONGEST_NAME && Character.isLetter(name.charAt(0));
        return named && Interpreter.of(name) == null ? name : null;
    }

    /** {@code resque-1.27.4}. */
    private static String withoutVersion(String name) {
        int end = name.length();
        while (end > 0 && (Character.isDigit(name.charAt(end - 1)) || name.charAt(end - 1) == '.')) {
            end--;
        }
        return end > 1 && end < name.length() && name.charAt(end - 1) == '-' ? name.substring(0, end - 1) : name;
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || "-_./".indexOf(c) >= 0;
    }
}
