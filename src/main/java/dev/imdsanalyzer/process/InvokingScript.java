package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.script.Interpreter;
import dev.imdsanalyzer.process.script.LaunchedApplication;
import dev.imdsanalyzer.process.script.ProgramName;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

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
            "run-parts",
            "busybox",
            "find",
            "script",
            "gosu",
            "su-exec",
            "tini",
            "dumb-init",
            "systemd-run",
            "systemd-cat",
            "chpst",
            "setuidgid",
            "uv",
            "uvx",
            "unshare",
            "nsenter",
            "chroot",
            "strace",
            "ip",
            "capsh",
            "catatonit",
            "cgexec",
            "choom",
            "dbus-run-session",
            "docker-init",
            "envdir",
            "linux32",
            "linux64",
            "ltrace",
            "numactl",
            "prlimit",
            "s6-setuidgid",
            "setarch",
            "softlimit",
            "systemd-inhibit",
            "tini-static");

    /** Those that are scripts themselves, where they are installed: anybody's script may be called like one. */
    private static final Set<String> WRAPPING_SCRIPTS = Set.of(
            "chronic",
            "conda",
            "eatmydata",
            "fakeroot",
            "niceload",
            "parallel",
            "pipenv",
            "poetry",
            "run-one",
            "sem",
            "unbuffer",
            "with-contenv",
            "xvfb-run");

    private static final Pattern PROGRAMS_FOLDER = Pattern.compile("/s?bin/[^/]+$");

    private static final int FIRST_PROCESS = 1;
    private static final long OWN_PROCESS = ProcessHandle.current().pid();

    private InvokingScript() {}

    /**
     * One program above the client: what a process ran before it became the client, or an ancestor.
     *
     * @param executable null where unknown
     * @param name the kernel's comm; null for a program that its process runs no more
     * @param script what an interpreter runs; null for other programs
     * @param commandLine null where its arguments are not known: it may run a script that nobody can name
     */
    public record Link(String executable, String name, String script, String commandLine) {
        /** One of the chain of parents. */
        public static Link of(Ancestor ancestor) {
            return new Link(ancestor.executable(), ancestor.name(), ancestor.script(), ancestor.commandLine());
        }

        /** Whether it is known which script it runs, if any. */
        public boolean known() {
            return commandLine != null || script != null;
        }

        /** What a person calls it: its script, with the application that it runs; without a script the kernel's name. */
        public String program() {
            if (script == null) {
                return name;
            }
            List<String> words = commandLine == null ? List.of() : List.of(commandLine.split(" ", -1));
            String application = LaunchedApplication.of(executable, script, words, null);
            return application != null ? application : ProgramName.of(script);
        }
    }

    /** Pid 1 runs nobody's script, also where it hides its arguments; nor do we, who run the command that is watched. */
    public static boolean endsChain(Ancestor ancestor) {
        return ancestor.pid() == FIRST_PROCESS || ancestor.pid() == OWN_PROCESS;
    }

    /** What stands above a caller by its ancestors alone; as {@link #of(Caller, List)}. */
    public static Link of(Caller caller) {
        return of(
                caller,
                caller.ancestors().stream()
                        .takeWhile(ancestor -> !endsChain(ancestor))
                        .map(Link::of)
                        .toList());
    }

    /**
     * What told a command-line client what to ask for.
     *
     * @param links the nearest first
     * @return a link with a script; one whose arguments are gone, for a script above that one is another one; null where the
     *     caller is no such client or runs a script of its own that is there to stay, and where no script stands above it
     */
    public static Link of(Caller caller, List<Link> links) {
        boolean client = caller.script() == null && CLIENTS.contains(baseName(caller.executable(), caller.name()));
        if (!client && (caller.script() == null || !ProgramName.isTemporary(caller.script()))) {
            return null;
        }
        for (Link link : links) {
            boolean temporary = link.script() != null && ProgramName.isTemporary(link.script());
            if (isWrappingScript(link.script())) {
                continue;
            }
            if (link.script() != null && !temporary) {
                return link;
            }
            String program = baseName(link.executable(), link.name());
            boolean wrapper = WRAPPERS.contains(program) || WRAPPING_SCRIPTS.contains(program);
            boolean starter = temporary || wrapper || Interpreter.of(program) == Interpreter.SHELL;
            if (!link.known() && link.name() != null && !wrapper) {
                return client ? link : null;
            }
            if (!starter) {
                return null;
            }
        }
        return null;
    }

    private static boolean isWrappingScript(String script) {
        return script != null
                && WRAPPING_SCRIPTS.contains(baseName(script, null))
                && PROGRAMS_FOLDER.matcher(script).find();
    }

    private static String baseName(String executable, String name) {
        String path = executable != null ? executable : name;
        return path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
    }
}
