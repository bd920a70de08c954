package dev.imdsanalyzer.process;

import dev.imdsanalyzer.kernel.Errno;
import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.kernel.bpf.CallerPlace;
import dev.imdsanalyzer.process.proc.CgroupPath;
import dev.imdsanalyzer.process.proc.Cmdline;
import dev.imdsanalyzer.process.proc.PidStat;
import dev.imdsanalyzer.process.script.LaunchedApplication;
import dev.imdsanalyzer.process.script.ScriptFinder;
import dev.imdsanalyzer.secrets.SecretRedactor;
import java.util.List;
import java.util.Objects;

/**
 * Reads from /proc what is to be known of a process and its ancestors. A process may end, run another program or leave
 * its number to another one at any time: its start time and the place of its arguments are compared before and after, and
 * what does not belong together is not put together.
 *
 * <p>For one thread at a time; whoever makes one closes it.
 */
public final class ProcessReader implements AutoCloseable {
    /** Upper bound of {@link Caller#commandLine}, in bytes of UTF-8. */
    public static final int COMMAND_LINE_LIMIT = 4096;

    private static final int ATTEMPTS = 3;
    private final ProcFileSystem proc;
    private final ContainerNaming containers;
    private final UserNames users;
    private final ProcessFiles files;
    private final AncestorReader ancestors;
    private final ControlGroups groups;
    private final ProvenanceReader provenances;

    public ProcessReader() throws KernelException {
        this(ContainerNaming.NONE);
    }

    /** @param containers says what containers are called; not closed here */
    public ProcessReader(ContainerNaming containers) throws KernelException {
        this(new ProcFileSystem(), containers);
    }

    ProcessReader(ProcFileSystem proc, ContainerNaming containers) {
        this.proc = proc;
        this.containers = containers;
        this.users = new UserNames(proc);
        this.files = new ProcessFiles(proc);
        this.ancestors = new AncestorReader(files);
        HostPlace host = HostPlace.find(proc);
        this.groups = new ControlGroups(new ControlGroupOwners(host.pid()));
        this.provenances = new ProvenanceReader(proc, host);
    }

    /**
     * Everything about a process.
     *
     * @param method what the answer shall say of where the pid comes from
     * @return null when there is no such process any more; else with a reason where something could not be read
     */
    public Caller read(int pid, AttributionMethod method) {
        return read(stat(pid), method, null);
    }

    /**
     * The same for a process that has connected.
     *
     * @param place where the kernel said that it was at the connect
     */
    public Caller read(int pid, AttributionMethod method, CallerPlace place) {
        return read(stat(pid), method, place);
    }

    /** The same for a process whose identity is known; null for null. */
    public Caller read(PidStat known, AttributionMethod method) {
        return read(known, method, null);
    }

    private Caller read(PidStat known, AttributionMethod method, CallerPlace place) {
        PidStat before = known;
        for (int attempt = 0; before != null && attempt < ATTEMPTS; attempt++) {
            CallerBuilder caller = describe(before, method, place);
            PidStat after = stat(before.pid());
            if (before.sameProgram(after)) {
                return caller.build();
            }
            if (after == null) {
                return caller.addReason("the process ended while it was read").build();
            }
            if (after.startTicks() != before.startTicks()) {
                return named(before, method)
                        .reason("the process ended while it was read")
                        .build();
            }
            before = after;
        }
        return before == null
                ? null
                : named(before, method)
                        .reason("the process kept running other programs while it was read")
                        .build();
    }

    private CallerBuilder named(PidStat stat, AttributionMethod method) {
        return new CallerBuilder(method).pid(stat.pid()).name(stat.name()).startNanos(startNanos(stat));
    }

    private CallerBuilder describe(PidStat stat, AttributionMethod method, CallerPlace place) {
        int pid = stat.pid();
        CallerBuilder caller = named(stat, method);
        // First: what the kernel's record lacks where control groups are of version 1, and what decides whose names
        // count.
        CgroupPath group = groups.parse(files.controlGroups(pid));
        List<String> arguments = files.arguments(pid);
        String executable = files.executable(pid);
        if (executable == null) {
            caller.reason(
                    proc.errno() == Errno.EACCES || proc.errno() == Errno.EPERM
                            ? "not permitted to read the process's executable"
                            : "the process had ended");
        }
        String workingDirectory = files.workingDirectory(pid);
        long user = files.effectiveUser(pid);
        long login = files.loginUser(pid);
        String script = ScriptFinder.find(executable, arguments, workingDirectory);
        caller.executable(executable)
                .workingDirectory(workingDirectory)
                .commandLine(ProcessFiles.commandLine(arguments, COMMAND_LINE_LIMIT))
                .script(script)
                .loginUserName(login < 0 ? null : loginName(login))
                .networkNamespace(proc.namespace(pid, "net"))
                .ancestors(ancestors.of(stat));
        Caller placed = contained(placed(group, caller), place);
        CgroupPath workload = placed.containerId() == null || group.containerId() != null ? group : groupOf(placed);
        caller.provenance(provenances.read(pid, place, placed(workload, caller), workload));
        if (script != null) {
            caller.script(SecretRedactor.redactPath(script));
        }
        caller.program(program(executable, script, arguments, workingDirectory));
        Caller all = Claims.told(caller.build());
        return new CallerBuilder(all).user(user, userName(pid, user, all));
    }

    /**
     * What a person calls an application by that a server or starter runs; null where it is its script or executable.
     *
     * @param arguments the program first
     */
    public static String program(String executable, String script, List<String> arguments, String workingDirectory) {
        return SecretRedactor.redact(LaunchedApplication.of(executable, script, arguments, workingDirectory));
    }

    private static Caller placed(CgroupPath group, CallerBuilder caller) {
        return caller.container(group.containerId(), group.containerRuntime())
                .pod(group.podUid(), group.podQos())
                .systemdUnit(group.systemdUnit())
                .workload(Workload.ofTask(group.ecsTaskId()))
                .build();
    }

    /** What the host's mounts are seen by is in no container, such as a hook that a runtime runs. */
    private Caller contained(Caller caller, CallerPlace place) {
        boolean outside = place != null && place.known() && place.hostMounts();
        long usersOwner = place == null || !place.callersUsers().known()
                ? -1
                : place.callersUsers().owner();
        return outside || caller.containerId() != null ? caller : containers.placed(caller, usersOwner);
    }

    /**
     * Whether the process's control groups say the same unit, container and pod as the caller has.
     *
     * @param mayHaveEnded whether one whose groups cannot be read has ended; else the answer is no
     * @return where it has ended, whether the caller is in no container and no unit: of those each is another one
     */
    public boolean isWhere(int pid, Caller caller, boolean mayHaveEnded) {
        byte[] content = files.controlGroups(pid);
        if (content == null) {
            return mayHaveEnded
                    && caller.containerId() == null
                    && caller.podUid() == null
                    && caller.systemdUnit() == null;
        }
        CgroupPath group = groups.parse(content);
        return Objects.equals(group.containerId(), caller.containerId())
                && Objects.equals(group.podUid(), caller.podUid())
                && Objects.equals(group.systemdUnit(), caller.systemdUnit());
    }

    private static CgroupPath groupOf(Caller caller) {
        return new CgroupPath(
                caller.containerId(),
                caller.containerRuntime(),
                caller.podUid(),
                caller.podQos(),
                caller.systemdUnit(),
                caller.workload().taskId(),
                caller.provenance().containerOwner(),
                false);
    }

    /**
     * The caller with what is its own claim told as that.
     *
     * @param caller all that is known of it, with the owner of its unit and container in its provenance
     * @param place what the kernel said of the connect
     * @param read whether the provenance was read from the process itself; else the kernel's word alone counts
     */
    public Caller judged(Caller caller, CallerPlace place, boolean read) {
        if (read) {
            return Claims.told(caller);
        }
        Caller placed = contained(caller, place);
        return Claims.told(new CallerBuilder(placed)
                .provenance(provenances.ofEnded(place, placed))
                .build());
    }

    /** The whole caller with the names of its container, which may be gone in a moment; null for null. */
    public Caller named(Caller caller) {
        return caller == null ? null : containers.named(caller);
    }

    /** Where the control group of that path in the unified hierarchy is, and whose. */
    public CgroupPath groupAt(String path) {
        return groups.at(path);
    }

    /**
     * The user's name for that process; null when there is none or nobody knows.
     *
     * @param place what is known of where the process is, should it have ended or hide
     */
    public String userName(int pid, long user, Caller place) {
        return users.name(pid, user, place);
    }

    /** The user's name where the process cannot be asked; null when it has none on the host, or may not be there. */
    public String hostUserName(long user, Caller place) {
        return HostView.isOf(place) ? users.hostName(user) : null;
    }

    /**
     * The same for a process that has connected: whoever saw the host's files has the host's users, in whichever network
     * namespace.
     *
     * @param seen where the kernel said that it was
     */
    public String hostUserName(long user, Caller place, CallerPlace seen) {
        boolean onHost = seen.sharesHostPaths() && seen.callersUsers().initial();
        return onHost && place.containerId() == null && place.podUid() == null
                ? users.hostName(user)
                : hostUserName(user, place);
    }

    /** The name of whoever logged in, or the number where it has none: those are the host's users. */
    public String loginName(long login) {
        String name = users.hostName(login);
        return name != null ? name : Long.toString(login);
    }

    /** The process's identity; null when there is no such process. */
    public PidStat stat(int pid) {
        return files.stat(pid);
    }

    /** When the process started, ns since the epoch. */
    public long startNanos(PidStat stat) {
        return files.startNanos(stat);
    }

    /**
     * The same in ticks, as /proc has it, of a start that the kernel has told.
     *
     * @param bootNanos CLOCK_BOOTTIME, ns
     */
    public long startNanos(long bootNanos) {
        return files.startNanos(bootNanos);
    }

    /**
     * A moment as {@link Caller#startNanos} counts, whatever was done to the clock since this program began.
     *
     * @param clockNanos ns since the epoch, by the clock of now
     */
    public static long asStartNanos(long clockNanos) {
        return ProcessFiles.asStartNanos(clockNanos);
    }

    /** The present time as {@link PidStat#startTicks} counts it. */
    public long ticksNow() {
        return files.ticksNow();
    }

    /** Ancestors from the parent of that pid up to pid 1, at most 16; those that are still there. */
    public List<Ancestor> ancestors(int pid) {
        PidStat stat = stat(pid);
        return stat == null ? List.of() : ancestors.of(stat);
    }

    /**
     * One process as somebody's ancestor.
     *
     * @param startTicks with the pid its identity, as in {@link PidStat#startTicks}
     * @return null when it has ended and was never read before, or its number belongs to another one
     */
    public Ancestor ancestor(int pid, long startTicks) {
        return ancestors.of(pid, startTicks);
    }

    /**
     * Arguments as they may be logged: without secrets, quoted for a shell, and cut.
     *
     * @param arguments each ended by a NUL, as in /proc/PID/cmdline
     * @return null when there is none
     */
    public static String commandLine(byte[] arguments) {
        return ProcessFiles.commandLine(Cmdline.parse(arguments), COMMAND_LINE_LIMIT);
    }

    /** Where it reads. */
    public ProcFileSystem proc() {
        return proc;
    }

    @Override
    public void close() {
        provenances.close();
        users.close();
        proc.close();
    }
}
