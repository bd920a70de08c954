package dev.imdsanalyzer.cli;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.config.ConfigurationException;
import java.util.List;

/** Ends a command with an exit code and one line on stderr. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandFailure(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** What to tell: a line for each problem of a configuration, else one. */
    List<String> lines() {
        return getCause() instanceof ConfigurationException configuration
                ? configuration.problems()
                : List.of(getMessage());
    }

    static CommandFailure of(CaptureException e) {
        int code = switch (e.kind()) {
            case UNAVAILABLE -> ExitCode.UNAVAILABLE;
            case NO_PERMISSION -> ExitCode.NO_PERMISSION;
            case NO_INPUT -> ExitCode.NO_INPUT;
            case BAD_DATA -> ExitCode.BAD_DATA;
        };
        return new CommandFailure(code, e.getMessage(), e);
    }

    int exitCode() {
        return exitCode;
    }
}
