package dev.imdsanalyzer.process;

import java.util.Set;

/**
 * Finds the script that told a command-line client what to ask for. Nobody mends curl: what has to change is the script
 * that runs it, and two scripts that run it are two callers.
 */
public final class InvokingScript {
    /** Programs whose requests are written by whoever starts them. */
    private static final Set<String> CLIENTS = Set.of(
            "curl",
            "wget",
            "wget2",
            "http",
            "https",
            "httpie",
            "xh",
            "aria2c",
            "nc",
            "ncat",
            "netcat",
            "nc.openbsd",
            "nc.traditional",
            "socat",
            "telnet",
            "openssl",
            "lwp-request",
            "GET",
            "busybox",
            "ec2-metadata");

    /** Programs that only start another one. */
    private static final Set<String> WRAPPERS = Set.of(
            "timeout",
            "sudo",
            "doas",
            "su",
            "runuser",
            "setpriv",
            "env",
            "xargs",
            "flock",
            "nice",
            "ionice",
            "chrt",
            "taskset",
            "setsid",
            "nohup",
            "stdbuf",
            "time",
            "watch",
            "parallel",
            "run-parts",
            "busybox",
            "unshare",
            "nsenter",
            "chroot",
            "strace",
            "ip");

    private InvokingScript() {}

    /**
     * The script above a command-line client.
     *
     * @return as the arguments of its interpreter have it; null where the caller is no such client or runs a script
     *     itself, and where no script stands above it
     */
    public static String of(Caller caller) {
        if (caller.script() != null || !CLIENTS.contains(baseName(caller.executable(), caller.name()))) {
            return null;
        }
        for (Ancestor ancestor : caller.ancestors()) {
            if (ancestor.script() != null) {
                return ancestor.script();
            }
            String program = baseName(ancestor.executable(), ancestor.name());
            if (!WRAPPERS.contains(program) && Interpreter.of(program) != Interpreter.SHELL) {
                return null;
            }
        }
        return null;
    }

    private static String baseName(String executable, String name) {
        String path = executable != null ? executable : name;
        return path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
    }
}
