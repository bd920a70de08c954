package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.proc.Cmdline;
import java.util.List;

/**
 * Who made a connection, as far as it is known. Unknown texts are null, unknown numbers -1, unknown lists empty; nothing
 * is ever guessed. Texts are redacted but not escaped. Each is cut with a mark where it would be longer than the
 * constants say, whoever makes one: strangers choose most of them, and callers are kept.
 *
 * @param method where the name comes from; with {@link AttributionMethod#NONE} no process is
 *     known; the socket's owner and network namespace may be
 * @param reason what is missing and why, one clause; null when nothing is
 * @param pid as the host sees it
 * @param name the kernel's comm
 * @param executable path as the process sees it, without the kernel's " (deleted)"
 * @param script what an interpreter runs: a script, jar, module or main class; null for other programs
 * @param commandLine the arguments as one shell-quoted string, at most 4 KiB
 * @param startNanos start of the process, ns since the epoch
 * @param ancestors from the parent up to pid 1, at most 16
 * @param userId the effective user's number
 * @param loginUserName who logged in, behind sudo; null if nobody did
 * @param containerRuntime docker, containerd, cri-o, podman, ecs, systemd-nspawn
 * @param packageType deb or rpm
 * @param networkNamespace the namespace's inode number
 * @param program what a person calls it by, where that is neither its script nor its executable: the script that runs a
 *     command-line client, or an application with its server; the same on every host and in every run
 * @param provenance how far these names can be relied on; never null
 * @param workload what the container is called; never null
 * @param proxy the process of this host between the caller and IMDS, which may have answered itself; null for none known
 * @param kind of all callers like this one; null where no other is known to be
 */
public record Caller(
        AttributionMethod method,
        String reason,
        int pid,
        String name,
        String executable,
        String script,
        String commandLine,
        String workingDirectory,
        long startNanos,
        List<Ancestor> ancestors,
        long userId,
        String userName,
        String loginUserName,
        String containerId,
        String containerRuntime,
        String podUid,
        String podQos,
        String systemdUnit,
        String packageName,
        String packageVersion,
        String packageType,
        long networkNamespace,
        String program,
        Provenance provenance,
        Workload workload,
        Caller proxy,
        CallerKind kind) {
    /** Longest path, and longest command line, in bytes of UTF-8. */
    static final int PATH_LIMIT = 4096;

    /** Longest of the other texts: a unit's name with its manager's, an identifier, a user, a package. */
    static final int WORD_LIMIT = 512;

    private static final int REASON_LIMIT = 1024;

    /** The objects of a caller and of its list, without their texts. */
    private static final int OWN_WEIGHT = 320;

    public Caller {
        reason = Cmdline.capped(reason, REASON_LIMIT);
        name = Cmdline.capped(name, WORD_LIMIT);
        executable = Cmdline.capped(executable, PATH_LIMIT);
        script = Cmdline.capped(script, PATH_LIMIT);
        commandLine = Cmdline.capped(commandLine, PATH_LIMIT);
        workingDirectory = Cmdline.capped(workingDirectory, PATH_LIMIT);
        userName = Cmdline.capped(userName, WORD_LIMIT);
        loginUserName = Cmdline.capped(loginUserName, WORD_LIMIT);
        containerId = Cmdline.capped(containerId, WORD_LIMIT);
        systemdUnit = Cmdline.capped(systemdUnit, WORD_LIMIT);
        packageName = Cmdline.capped(packageName, WORD_LIMIT);
        packageVersion = Cmdline.capped(packageVersion, WORD_LIMIT);
        program = Cmdline.capped(program, WORD_LIMIT);
    }

    /** About how many bytes of memory it keeps, its ancestors included; what it shares with others counts in full. */
    public int weight() {
        return kind == null ? weighed() : kind.weight(this);
    }

    int weighed() {
        int weight = OWN_WEIGHT
                + Ancestor.bytes(reason)
                + Ancestor.bytes(name)
                + Ancestor.bytes(executable)
                + Ancestor.bytes(script)
                + Ancestor.bytes(commandLine)
                + Ancestor.bytes(workingDirectory)
                + Ancestor.bytes(userName)
                + Ancestor.bytes(program)
                + Ancestor.bytes(containerId)
                + Ancestor.bytes(systemdUnit)
                + workload.weight()
                + (proxy == null ? 0 : proxy.weight());
        for (Ancestor ancestor : ancestors) {
            weight += ancestor.weight();
        }
        return weight;
    }

    /** What is left of a caller that had to be given up: who it was, and no more. */
    public Caller givenUp() {
        return new CallerBuilder(unknown("given up to stay within the memory for callers"))
                .method(method)
                .pid(pid)
                .name(name)
                .startNanos(startNanos)
                .user(userId, null)
                .networkNamespace(networkNamespace)
                .build();
    }

    /** A process of which a capture file tells the number, as its host saw it, and no more. */
    public static Caller captured(int pid) {
        return new CallerBuilder(unknown("a capture file tells no more of a process than its number"))
                .method(AttributionMethod.CAPTURE)
                .pid(pid)
                .build();
    }

    /** Nobody is known, for the reason given. */
    public static Caller unknown(String reason) {
        return new Caller(
                AttributionMethod.NONE,
                reason,
                -1,
                null,
                null,
                null,
                null,
                null,
                -1,
                List.of(),
                -1,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                -1,
                null,
                Provenance.UNKNOWN,
                Workload.NONE,
                null,
                null);
    }

    /** The same as one of a kind. */
    public Caller ofKind(CallerKind all) {
        return new CallerBuilder(this).kind(all).build();
    }

    /**
     * Another caller of the same kind.
     *
     * @param others in the place of this one's ancestors, from which they differ in their numbers alone
     */
    public Caller another(int number, long start, List<Ancestor> others) {
        return new CallerBuilder(this)
                .pid(number)
                .startNanos(start)
                .ancestors(others)
                .kind(kind)
                .build();
    }

    /** Whether what was worked out for the other one holds for this one, but for numbers and start times. */
    // The very same one is of its own kind.
    @SuppressWarnings("ReferenceEquality")
    public boolean isLike(Caller other) {
        return this == other || (kind != null && kind == other.kind);
    }

    /** The same for all that are {@link #isLike} each other. */
    public int likeHash() {
        return kind != null ? kind.number() : System.identityHashCode(this);
    }
}
