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
 * @param process never null
 * @param invocation never null
 * @param ancestors from the parent up to pid 1, at most 16
 * @param user never null
 * @param container never null
 * @param owner the package of its program; never null
 * @param networkNamespace the namespace's inode number
 * @param provenance how far these names can be relied on; never null
 * @param proxy the process of this host between the caller and IMDS, which may have answered itself; null for none known
 * @param kind of all callers like this one; null where no other is known to be
 */
public record Caller(
        AttributionMethod method,
        String reason,
        ProcessIdentity process,
        Invocation invocation,
        List<Ancestor> ancestors,
        CallerUser user,
        CallerContainer container,
        String systemdUnit,
        ProgramPackage owner,
        long networkNamespace,
        Provenance provenance,
        Caller proxy,
        CallerKind kind) {
    private static final int REASON_LIMIT = 1024;

    /** The objects of a caller and of its list, without their texts. */
    private static final int OWN_WEIGHT = 320;

    public Caller {
        reason = Cmdline.capped(reason, REASON_LIMIT);
        systemdUnit = Cmdline.capped(systemdUnit, CallerTexts.WORD_LIMIT);
    }

    /** Nobody is known, for the reason given. */
    public static Caller unknown(String reason) {
        return of(AttributionMethod.NONE, reason, ProcessIdentity.UNKNOWN, CallerUser.UNKNOWN, -1);
    }

    /** A process of which a capture file tells the number, as its host saw it, and no more. */
    public static Caller captured(int pid) {
        return of(
                AttributionMethod.CAPTURE,
                "a capture file tells no more of a process than its number",
                new ProcessIdentity(pid, null, -1),
                CallerUser.UNKNOWN,
                -1);
    }

    /** What is left of a caller that had to be given up: who it was, and no more. */
    public Caller givenUp() {
        return of(
                method,
                "given up to stay within the memory for callers",
                process,
                new CallerUser(user.id(), null, null),
                networkNamespace);
    }

    private static Caller of(
            AttributionMethod method, String reason, ProcessIdentity process, CallerUser user, long networkNamespace) {
        return new Caller(
                method,
                reason,
                process,
                Invocation.UNKNOWN,
                List.of(),
                user,
                CallerContainer.NONE,
                null,
                ProgramPackage.NONE,
                networkNamespace,
                Provenance.UNKNOWN,
                null,
                null);
    }

    /** The same as one of a kind. */
    public Caller ofKind(CallerKind all) {
        return with(process, ancestors, all);
    }

    /**
     * Another caller of the same kind.
     *
     * @param others in the place of this one's ancestors, from which they differ in their numbers alone
     */
    public Caller another(int number, long start, List<Ancestor> others) {
        return with(new ProcessIdentity(number, name(), start), List.copyOf(others), kind);
    }

    private Caller with(ProcessIdentity other, List<Ancestor> others, CallerKind all) {
        return new Caller(
                method,
                reason,
                other,
                invocation,
                others,
                user,
                container,
                systemdUnit,
                owner,
                networkNamespace,
                provenance,
                proxy,
                all);
    }

    public int pid() {
        return process.pid();
    }

    public String name() {
        return process.name();
    }

    public long startNanos() {
        return process.startNanos();
    }

    public String executable() {
        return invocation.executable();
    }

    public String script() {
        return invocation.script();
    }

    public String program() {
        return invocation.program();
    }

    public String commandLine() {
        return invocation.commandLine();
    }

    public String workingDirectory() {
        return invocation.workingDirectory();
    }

    public long userId() {
        return user.id();
    }

    public String userName() {
        return user.name();
    }

    public String loginUserName() {
        return user.loginName();
    }

    public String containerId() {
        return container.id();
    }

    public String containerRuntime() {
        return container.runtime();
    }

    public String podUid() {
        return container.podUid();
    }

    public String podQos() {
        return container.podQos();
    }

    public Workload workload() {
        return container.workload();
    }

    public String packageName() {
        return owner.name();
    }

    public String packageVersion() {
        return owner.version();
    }

    public String packageType() {
        return owner.type();
    }

    /** About how many bytes of memory it keeps, its ancestors included; what it shares with others counts in full. */
    public int weight() {
        int known = kind == null ? 0 : kind.weight();
        if (known == 0) {
            known = weighed();
            if (kind != null) {
                kind.weight(known);
            }
        }
        return known;
    }

    private int weighed() {
        int weight = OWN_WEIGHT
                + Ancestor.bytes(reason)
                + Ancestor.bytes(name())
                + invocation.textWeight()
                + Ancestor.bytes(userName())
                + Ancestor.bytes(containerId())
                + Ancestor.bytes(systemdUnit)
                + workload().weight()
                + (proxy == null ? 0 : proxy.weight());
        for (Ancestor ancestor : ancestors) {
            weight += ancestor.weight();
        }
        return weight;
    }

    /** Whether what was worked out for the other one holds for this one, but for numbers and start times. */
    // The very same one is of its own kind.
    @SuppressWarnings("ReferenceEquality")
    public boolean isLike(Caller other) {
        return this == other || (kind != null && kind == other.kind);
    }

    /** The same for all that are {@link #isLike} each other. */
    public int likeHash() {
        return System.identityHashCode(kind != null ? kind : this);
    }
}
