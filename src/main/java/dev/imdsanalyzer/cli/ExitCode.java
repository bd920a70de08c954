package dev.imdsanalyzer.cli;

/** Exit codes as sysexits.h has them. */
final class ExitCode {
    static final int OK = 0;
    /** {@code report}: all was read, and the answer is no. */
    static final int NO = 1;

    static final int USAGE = 64;
    static final int BAD_DATA = 65;
    static final int NO_INPUT = 66;
    static final int UNAVAILABLE = 69;
    static final int SOFTWARE = 70;
    static final int CANNOT_CREATE = 73;
    static final int OUTPUT_FAILED = 74;
    static final int NO_PERMISSION = 77;
    static final int BAD_CONFIGURATION = 78;

    private ExitCode() {}
}
