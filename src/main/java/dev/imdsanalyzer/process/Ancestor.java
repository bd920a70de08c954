package dev.imdsanalyzer.process;

/**
 * One link of a caller's chain of parents. Unknown parts are null.
 *
 * @param pid as the host sees it
 * @param name the kernel's comm, at most 15 bytes
 * @param commandLine the arguments as one shell-quoted string, redacted
 * @param script what an interpreter runs, as its arguments have it; null for other programs
 */
public record Ancestor(int pid, String name, String executable, String commandLine, String script) {
    /** A link that runs no script as far as is known. */
    public Ancestor(int pid, String name, String executable, String commandLine) {
        this(pid, name, executable, commandLine, null);
    }
}
