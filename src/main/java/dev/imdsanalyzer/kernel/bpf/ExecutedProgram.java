package dev.imdsanalyzer.kernel.bpf;

/**
 * A program that a process has executed, as the kernel saw it at that moment: nothing that the process did since has changed
 * it. Texts are raw: neither redacted nor escaped.
 *
 * @param timeNanos when, CLOCK_MONOTONIC
 * @param path as executed: of a script its own, not its interpreter's; may be relative to {@code workingDirectory}, or
 *     {@code /dev/fd/N} for an open file; the caller's own, as its mount namespace and root had it
 * @param pathCut whether the path may be longer
 * @param script whether the kernel ran an interpreter for it, as its first line says: that is the first argument then, and the
 *     path follows as the second or third
 * @param workingDirectory at the exec, seen from the process's root; null where it is too deep or long
 * @param arguments as in /proc/PID/cmdline, each ended by a zero byte; of a script those of its interpreter; also what a program
 *     has wiped since (compare with what it shows at the connect before you tell them)
 * @param argumentsCut whether there were more
 */
public record ExecutedProgram(
        long timeNanos,
        String path,
        boolean pathCut,
        boolean script,
        String workingDirectory,
        byte[] arguments,
        boolean argumentsCut) {}
