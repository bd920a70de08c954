package dev.imdsanalyzer.daemon;

/** A command that was to be watched cannot be run. */
public final class CommandNotRunException extends OutputException {
    private static final long serialVersionUID = 1L;
    /** As shells have them (POSIX, Shell Command Language, 2.8.2). */
    private static final int NOT_FOUND = 127;

    private static final int NOT_EXECUTABLE = 126;
    private static final String NO_SUCH_FILE = "error=2,";

    private final int exitCode;

    CommandNotRunException(String command, Exception cause) {
        super("cannot run " + command + ": " + reason(cause), cause);
        boolean missing = isMissing(cause);
        exitCode = missing ? NOT_FOUND : NOT_EXECUTABLE;
    }

    private static boolean isMissing(Exception cause) {
        return String.valueOf(cause.getMessage()).contains(NO_SUCH_FILE);
    }

    private static String reason(Exception cause) {
        return isMissing(cause) ? "there is no such command" : cause.getMessage();
    }

    /** 127 where there is no such command, 126 where it may not or cannot be executed. */
    public int exitCode() {
        return exitCode;
    }
}
