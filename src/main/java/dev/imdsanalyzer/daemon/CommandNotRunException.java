package dev.imdsanalyzer.daemon;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command that was to be watched cannot be run. */
public final class CommandNotRunException extends OutputException {
    private static final long serialVersionUID = 1L;
    /** As shells have them (POSIX, Shell Command Language, 2.8.2). */
    private static final int NOT_FOUND = 127;

    private static final int NOT_EXECUTABLE = 126;
    /** ENOENT, as Java 17 and as later ones tell it. */
    private static final Pattern NO_SUCH_FILE = Pattern.compile("error(=|: )2\\b");

    /** What strerror(3) says, in both forms. */
    private static final Pattern ERROR_TEXT = Pattern.compile("error(?:=|: )\\d+,? \\(?([^()]+)");

    private final int exitCode;

    CommandNotRunException(String command, Exception cause) {
        super("cannot run " + command + ": " + reason(cause), cause);
        boolean missing = isMissing(cause);
        exitCode = missing ? NOT_FOUND : NOT_EXECUTABLE;
    }

    private static boolean isMissing(Exception cause) {
        return NO_SUCH_FILE.matcher(String.valueOf(cause.getMessage())).find();
    }

    private static String reason(Exception cause) {
        Matcher text = ERROR_TEXT.matcher(String.valueOf(cause.getMessage()));
        return isMissing(cause) ? "there is no such command" : text.find() ? text.group(1) : cause.getMessage();
    }

    /** 127 where there is no such command, 126 where it may not or cannot be executed. */
    public int exitCode() {
        return exitCode;
    }
}
