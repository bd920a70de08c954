package dev.imdsanalyzer.process;

/**
 * One link of a caller's chain of parents. Unknown parts are null.
 *
 * @param pid as the host sees it
 * @param name the kernel's comm, at most 15 bytes
 * @param commandLine the arguments as one shell-quoted string, redacted
 */
public record Ancestor(int pid, String name, String executable, String commandLine) {}
