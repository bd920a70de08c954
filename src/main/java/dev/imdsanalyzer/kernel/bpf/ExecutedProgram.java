package dev.imdsanalyzer.kernel.bpf;

/**
 * A program that a process has executed, as the kernel saw it at that moment: nothing that the process did since has changed
 * it. Texts are raw: neither redacted nor escaped.
 */
public final class ExecutedProgram {
    private final long timeNanos;
    private final String path;
    private final boolean pathCut;
    private final boolean script;
    private final String workingDirectory;
    private final byte[] arguments;
    private final boolean argumentsCut;

    ExecutedProgram(
            long timeNanos,
            String path,
            boolean pathCut,
            boolean script,
            String workingDirectory,
            byte[] arguments,
            boolean argumentsCut) {
        this.timeNanos = timeNanos;
        this.path = path;
        this.pathCut = pathCut;
        this.script = script;
        this.workingDirectory = workingDirectory;
        this.arguments = arguments;
        this.argumentsCut = argumentsCut;
    }

    /** When, CLOCK_MONOTONIC. */
    public long timeNanos() {
        return timeNanos;
    }

    /**
     * As executed: of a script its own, not its interpreter's; may be relative to {@link #workingDirectory}, or
     * {@code /dev/fd/N} for an open file; the caller's own, as its mount namespace and root had it.
     */
    public String path() {
        return path;
    }

    /** Whether the path may be longer. */
    public boolean pathCut() {
        return pathCut;
    }

    /**
     * Whether the kernel ran an interpreter for it, as its first line says: that is the first argument then, and the path
     * follows as the second or third.
     */
    public boolean script() {
        return script;
    }

    /** At the exec, seen from the process's root; null where it is too deep or long. */
    public String workingDirectory() {
        return workingDirectory;
    }

    /**
     * As in /proc/PID/cmdline, each ended by a zero byte; of a script those of its interpreter; also what a program has wiped
     * since (compare with what it shows at the connect before you tell them). Not a copy.
     */
    public byte[] arguments() {
        return arguments;
    }

    /** Whether there were more. */
    public boolean argumentsCut() {
        return argumentsCut;
    }
}
