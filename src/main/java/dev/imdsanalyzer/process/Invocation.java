package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.proc.Cmdline;

/**
 * What a process runs, and how that was called. Unknown texts are null.
 *
 * @param executable path as the process sees it, without the kernel's " (deleted)"
 * @param script what an interpreter runs: a script, jar, module or main class; null for other programs
 * @param program what a person calls it by, where that is neither its script nor its executable: the script that runs a
 *     command-line client, or an application with its server; the same on every host and in every run
 * @param commandLine the arguments as one shell-quoted string, at most 4 KiB
 */
public record Invocation(
        String executable, String script, String program, String commandLine, String workingDirectory) {
    static final Invocation UNKNOWN = new Invocation(null, null, null, null, null);

    public Invocation {
        executable = Cmdline.capped(executable, CallerTexts.PATH_LIMIT);
        script = Cmdline.capped(script, CallerTexts.PATH_LIMIT);
        program = Cmdline.capped(program, CallerTexts.WORD_LIMIT);
        commandLine = Cmdline.capped(commandLine, CallerTexts.PATH_LIMIT);
        workingDirectory = Cmdline.capped(workingDirectory, CallerTexts.PATH_LIMIT);
    }

    int textWeight() {
        return Ancestor.bytes(executable)
                + Ancestor.bytes(script)
                + Ancestor.bytes(program)
                + Ancestor.bytes(commandLine)
                + Ancestor.bytes(workingDirectory);
    }
}
