package dev.imdsanalyzer.output.line.call;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.output.line.Line;
import dev.imdsanalyzer.output.line.Origin;
import dev.imdsanalyzer.output.line.caller.CallerIdentity;
import dev.imdsanalyzer.output.line.caller.CallerMembers;
import dev.imdsanalyzer.output.line.caller.Lineage;
import dev.imdsanalyzer.output.line.field.LineJson;
import dev.imdsanalyzer.output.text.TextCall;
import dev.imdsanalyzer.output.text.TextLine;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.secrets.SecretRedactor;

/** A call, or several equal ones, and who made it. */
public final class CallLine extends Line {
    private static final int UNAUTHORIZED = 401;
    /** As docker ps shows it. */
    private static final int SHORT_ID = 12;

    private final Origin origin;
    private final CountedCall calls;
    private final CallerIdentity identity;
    private final long uptimeSeconds;
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
        this.calls = new CountedCall(call, caller, count, firstNanos, lastNanos);
        this.identity = identity;
        this.uptimeSeconds = uptimeSeconds;
        this.weight = Weight.of(call) + Weight.of(caller);
    }

    /** The same for several calls of which this is the newest; the times are of the first and the last, ns since the epoch. */
    public CallLine folded(long count, long first, long last) {
        return new CallLine(origin, call(), caller(), identity, uptimeSeconds, count, first, last);
    }

    /** The newest of the calls. */
    public ImdsCall call() {
        return calls.call();
    }

    public Caller caller() {
        return calls.caller();
    }

    /** Null where neither a process nor a User-Agent is known. */
    public CallerIdentity identity() {
        return identity;
    }

    /** When the first of the calls was, ns since the epoch; -1 where folding is off. */
    public long firstNanos() {
        return calls.firstNanos();
    }

    /** When the last of the calls was, ns since the epoch; -1 where folding is off. */
    public long lastNanos() {
        return calls.lastNanos();
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public long calls() {
        return calls.count();
    }

    @Override
    public void writeJson(LineJson json, CallerMembers callers) {
        CallFields.write(calls, json);
        callers.write(caller(), identity, json.halvings(), json.root());
        origin.writeHost(json, uptimeSeconds);
    }

    @Override
    public void writeText(TextLine text) {
        ImdsCall call = call();
        text.call(new TextCall(
                call.timestampNanos(),
                call.version().label(),
                CallMessage.what(calls, calls.method(), calls.path()),
                call.durationNanos(),
                identity == null ? null : SecretRedactor.redact(identity.label()),
                caller().method() == AttributionMethod.NONE ? null : Lineage.nearest(caller()),
                place(caller()),
                calls.count(),
                call.status() == UNAUTHORIZED,
                call.findings().stream().map(Finding::code).toList(),
                call.advice()));
    }

    private static String place(Caller caller) {
        if (caller.containerId() != null) {
            String id = caller.containerId();
            return "container " + id.substring(0, Math.min(SHORT_ID, id.length()));
        }
        return caller.systemdUnit() == null ? null : SecretRedactor.redact(caller.systemdUnit());
    }
}
