package dev.imdsanalyzer.output.line;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.secrets.SecretRedactor;

/** A call, or several equal ones, and who made it. */
public final class CallLine extends Line {
    private static final int UNAUTHORIZED = 401;
    /** As docker ps shows it. */
    private static final int SHORT_ID = 12;

    private final Origin origin;
    final ImdsCall call;
    final Caller caller;
    /** Null where neither a process nor a User-Agent is known. */
    final CallerIdentity identity;

    final long uptimeSeconds;
    final long count;
    /** The first of the calls; with {@link #lastNanos} -1 where folding is off. */
    final long firstNanos;

    final long lastNanos;
    private final int weight;

    /**
     * One call, or the newest of several.
     *
     * @param identity null where neither a process nor a User-Agent is known
     * @param uptimeSeconds of the host
     * @param count of the calls, 1 or more
     * @param firstNanos of the first of the calls, ns since the epoch; -1 where folding is off
     * @param lastNanos of the last; -1 where folding is off
     */
    public CallLine(
            Origin origin,
            ImdsCall call,
            Caller caller,
            CallerIdentity identity,
            long uptimeSeconds,
            long count,
            long firstNanos,
            long lastNanos) {
        this.origin = origin;
        this.call = call;
        this.caller = caller;
        this.identity = identity;
        this.uptimeSeconds = uptimeSeconds;
        this.count = count;
        this.firstNanos = firstNanos;
        this.lastNanos = lastNanos;
        this.weight = Weight.of(call) + Weight.of(caller);
    }

    /** The same for several calls of which this is the newest; the times are of the first and the last, ns since the epoch. */
    public CallLine folded(long calls, long first, long last) {
        return new CallLine(origin, call, caller, identity, uptimeSeconds, calls, first, last);
    }

    /** The newest of the calls. */
    public ImdsCall call() {
        return call;
    }

    public Caller caller() {
        return caller;
    }

    /** Null where neither a process nor a User-Agent is known. */
    public CallerIdentity identity() {
        return identity;
    }

    /** When the first of the calls was, ns since the epoch; -1 where folding is off. */
    public long firstNanos() {
        return firstNanos;
    }

    /** When the last of the calls was, ns since the epoch; -1 where folding is off. */
    public long lastNanos() {
        return lastNanos;
    }

    Level level() {
        if (call.version() == ImdsVersion.UNKNOWN) {
            return Level.ERROR;
        }
        boolean warn = call.version() == ImdsVersion.V1 || call.findings().contains(Finding.UNEXPECTED_CALLER);
        return warn ? Level.WARN : Level.INFO;
    }

    String path() {
        return SecretRedactor.redactPath(call.path());
    }

    /** What was seen instead of a request may quote it. */
    String detail() {
        return SecretRedactor.redact(call.detail());
    }

    /** Any word may stand in its place, a token too. */
    String method() {
        return SecretRedactor.redact(call.method());
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public long calls() {
        return count;
    }

    @Override
    void writeJson(LineJson json) {
        CallFields.write(this, json);
        json.callers().write(this, json.halvings(), json.root());
        origin.writeHost(json, uptimeSeconds);
    }

    @Override
    void writeText(TextLine text) {
        text.call(new TextCall(
                call.timestampNanos(),
                call.version().label(),
                CallMessage.what(this, method(), path()),
                call.durationNanos(),
                identity == null ? null : SecretRedactor.redact(identity.label()),
                caller.method() == AttributionMethod.NONE ? null : Lineage.nearest(caller),
                place(),
                count,
                call.status() == UNAUTHORIZED,
                call.findings().stream().map(Finding::code).toList(),
                call.advice()));
    }

    private String place() {
        if (caller.containerId() != null) {
            String id = caller.containerId();
            return "container " + id.substring(0, Math.min(SHORT_ID, id.length()));
        }
        return caller.systemdUnit() == null ? null : SecretRedactor.redact(caller.systemdUnit());
    }
}
