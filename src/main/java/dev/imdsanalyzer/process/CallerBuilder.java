package dev.imdsanalyzer.process;

import java.util.List;

/** Puts a {@link Caller} together; what is not set stays unknown. */
public final class CallerBuilder {
    private AttributionMethod method;
    private String reason;
    private int pid;
    private String name;
    private String executable;
    private String script;
    private String commandLine;
    private String workingDirectory;
    private long startNanos;
    private List<Ancestor> ancestors;
    private long userId;
    private String userName;
    private String loginUserName;
    private String containerId;
    private String containerRuntime;
    private String podUid;
    private String podQos;
    private String systemdUnit;
    private String packageName;
    private String packageVersion;
    private String packageType;
    private long networkNamespace;
    private String program;
    private Provenance provenance;
    private Workload workload;
    private Caller proxy;

    /** Starts with everything unknown but the method. */
    public CallerBuilder(AttributionMethod method) {
        this(Caller.unknown(null));
        this.method = method;
    }

    /** Starts with what is known of the caller, but for its kind: what is changed makes it another. */
    public CallerBuilder(Caller caller) {
        method = caller.method();
        reason = caller.reason();
        pid = caller.pid();
        name = caller.name();
        executable = caller.executable();
        script = caller.script();
        commandLine = caller.commandLine();
        workingDirectory = caller.workingDirectory();
        startNanos = caller.startNanos();
        ancestors = caller.ancestors();
        userId = caller.userId();
        userName = caller.userName();
        loginUserName = caller.loginUserName();
        containerId = caller.containerId();
        containerRuntime = caller.containerRuntime();
        podUid = caller.podUid();
        podQos = caller.podQos();
        systemdUnit = caller.systemdUnit();
        packageName = caller.packageName();
        packageVersion = caller.packageVersion();
        packageType = caller.packageType();
        networkNamespace = caller.networkNamespace();
        program = caller.program();
        provenance = caller.provenance();
        workload = caller.workload();
        proxy = caller.proxy();
    }

    public CallerBuilder method(AttributionMethod value) {
        method = value;
        return this;
    }

    public CallerBuilder reason(String value) {
        reason = value;
        return this;
    }

    /** One more thing that is missing, after what was missing before. */
    public CallerBuilder addReason(String value) {
        reason = reason == null ? value : reason + "; " + value;
        return this;
    }

    public CallerBuilder pid(int value) {
        pid = value;
        return this;
    }

    public CallerBuilder name(String value) {
        name = value;
        return this;
    }

    public CallerBuilder executable(String value) {
        executable = value;
        return this;
    }

    public CallerBuilder script(String value) {
        script = value;
        return this;
    }

    public CallerBuilder commandLine(String value) {
        commandLine = value;
        return this;
    }

    public CallerBuilder workingDirectory(String value) {
        workingDirectory = value;
        return this;
    }

    public CallerBuilder startNanos(long value) {
        startNanos = value;
        return this;
    }

    public CallerBuilder ancestors(List<Ancestor> value) {
        ancestors = List.copyOf(value);
        return this;
    }

    public CallerBuilder user(long id, String idName) {
        userId = id;
        userName = idName;
        return this;
    }

    public CallerBuilder loginUserName(String value) {
        loginUserName = value;
        return this;
    }

    public CallerBuilder container(String id, String runtime) {
        containerId = id;
        containerRuntime = runtime;
        return this;
    }

    public CallerBuilder pod(String uid, String qos) {
        podUid = uid;
        podQos = qos;
        return this;
    }

    public CallerBuilder systemdUnit(String value) {
        systemdUnit = value;
        return this;
    }

    /** The package that owns the program; null for none. */
    public CallerBuilder owner(String owner, String version, String type) {
        packageName = owner;
        packageVersion = version;
        packageType = type;
        return this;
    }

    public CallerBuilder networkNamespace(long inode) {
        networkNamespace = inode;
        return this;
    }

    public CallerBuilder program(String value) {
        program = value;
        return this;
    }

    /** What its container is called. */
    public CallerBuilder workload(Workload value) {
        workload = value;
        return this;
    }

    /** Who stands between it and IMDS; null for nobody. */
    public CallerBuilder proxy(Caller value) {
        proxy = value;
        return this;
    }

    public CallerBuilder provenance(Provenance value) {
        provenance = value;
        return this;
    }

    /** Of its provenance, what its control group tells. */
    public CallerBuilder groupOf(long containerOwner, boolean hostUnit) {
        provenance = new Provenance(
                provenance.path(),
                provenance.rootsFile(),
                provenance.hostUsers(),
                provenance.usersOwner(),
                containerOwner,
                hostUnit);
        return this;
    }

    public Caller build() {
        return new Caller(
                method,
                reason,
                new ProcessIdentity(pid, name, startNanos),
                new Invocation(executable, script, program, commandLine, workingDirectory),
                ancestors,
                new CallerUser(userId, userName, loginUserName),
                new CallerContainer(containerId, containerRuntime, podUid, podQos, workload),
                systemdUnit,
                new ProgramPackage(packageName, packageVersion, packageType),
                networkNamespace,
                provenance,
                proxy,
                null);
    }
}
