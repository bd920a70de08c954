package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.proc.Cmdline;

/**
 * One link of a caller's chain of parents. Unknown parts are null; longer ones than the bounds are cut with a mark.
 *
 * @param pid as the host sees it
 * @param name the kernel's comm, at most 15 bytes
 * @param commandLine the arguments as one shell-quoted string, redacted
 * @param script what an interpreter runs, as its arguments have it; null for other programs
 * @param startNanos as {@link Caller#startNanos}; 0 where it is not known
 */
public record Ancestor(int pid, String name, String executable, String commandLine, String script, long startNanos) {
    /** Longest path, in bytes of UTF-8. */
    static final int PATH_LIMIT = 1024;

    /** Shorter than a caller's own command line: 16 of them must fit into a log line. */
    static final int COMMAND_LINE_LIMIT = 2048;

    private static final int NAME_LIMIT = 64;
    private static final int OWN_WEIGHT = 48;

    /** The objects of a text, without its characters. */
    private static final int TEXT_WEIGHT = 48;

    public Ancestor {
        name = Cmdline.capped(name, NAME_LIMIT);
        executable = Cmdline.capped(executable, PATH_LIMIT);
        commandLine = Cmdline.capped(commandLine, COMMAND_LINE_LIMIT);
        script = Cmdline.capped(script, PATH_LIMIT);
    }

    /** A link that runs no script as far as is known. */
    public Ancestor(int pid, String name, String executable, String commandLine) {
        this(pid, name, executable, commandLine, null);
    }

    /** A link whose start is not known. */
    public Ancestor(int pid, String name, String executable, String commandLine, String script) {
        this(pid, name, executable, commandLine, script, 0);
    }

    /** Another process that runs the same; this very one where it has the number. */
    public Ancestor withPid(int number) {
        return number == pid ? this : new Ancestor(number, name, executable, commandLine, script, startNanos);
    }

    /** About how many bytes of memory it keeps. */
    int weight() {
        return OWN_WEIGHT + bytes(name) + bytes(executable) + bytes(commandLine) + bytes(script);
    }

    /** About how many bytes a text takes: two a character where one of them is beyond Latin-1, which is the worst. */
    static int bytes(String text) {
        return text == null ? 0 : TEXT_WEIGHT + 2 * text.length();
    }
}
