package dev.imdsanalyzer.output.line;

import dev.imdsanalyzer.output.line.caller.CallerMembers;
import dev.imdsanalyzer.output.line.field.EventAction;
import dev.imdsanalyzer.output.line.field.EventSchema;
import dev.imdsanalyzer.output.line.field.Level;
import dev.imdsanalyzer.output.line.field.LineJson;
import dev.imdsanalyzer.output.text.TextLine;

/** Start and stop of the analyzer. */
public final class LifecycleLine extends Line {
    private static final int MAX_TEXT_BYTES = 1024;

    private final Origin origin;
    private final long timestampNanos;
    private final long uptimeSeconds;
    /** Null at a stop. */
    private final RunFacts started;
    /** Null at a start. */
    private final String stopReason;

    private LifecycleLine(Origin origin, long timestampNanos, long uptimeSeconds, RunFacts started, String stopReason) {
        this.origin = origin;
        this.timestampNanos = timestampNanos;
        this.uptimeSeconds = uptimeSeconds;
        this.started = started;
        this.stopReason = stopReason;
    }

    public static LifecycleLine started(Origin origin, long timestampNanos, long uptimeSeconds, RunFacts facts) {
        return new LifecycleLine(origin, timestampNanos, uptimeSeconds, facts, null);
    }

    public static LifecycleLine stopped(Origin origin, long timestampNanos, long uptimeSeconds, String reason) {
        return new LifecycleLine(origin, timestampNanos, uptimeSeconds, null, reason);
    }

    private boolean lacking() {
        return started != null && started.attributionReason() != null;
    }

    private String message() {
        String name = "imds-packet-analyzer " + origin.version();
        if (started == null) {
            return name + " stopped: " + stopReason;
        }
        String sources = started.attributionSources().isEmpty()
                ? "no attribution"
                : "attribution by " + String.join(" and ", started.attributionSources());
        return name + " started: capture on " + started.capture() + ", " + sources
                + (started.command() == null ? "" : ", calls of " + started.command() + " only")
                + (lacking() ? " (" + started.attributionReason() + ")" : "");
    }

    private String listening() {
        String sources = started.attributionSources().isEmpty()
                ? "callers are not named"
                : "callers named by " + String.join(" and ", started.attributionSources());
        boolean all = started.capture().equals("any");
        return "listening on " + (all ? "any (all network devices)" : started.capture()) + " for calls to IMDS"
                + (started.command() == null ? "" : " by " + started.command() + " only")
                + "; " + sources
                + (lacking() ? " (" + started.attributionReason() + ")" : "")
                + "; Ctrl-C ends it";
    }

    @Override
    public void writeJson(LineJson json, CallerMembers callers) {
        json.time(EventSchema.TIMESTAMP, timestampNanos);
        json.word(EventSchema.LEVEL, (lacking() ? Level.WARN : Level.INFO).name());
        json.text(EventSchema.MESSAGE, message(), MAX_TEXT_BYTES);
        EventAction action = started == null ? EventAction.ANALYZER_STOPPED : EventAction.ANALYZER_STARTED;
        json.word(EventSchema.EVENT_ACTION, action.label());
        json.text(EventSchema.EVENT_REASON, stopReason, MAX_TEXT_BYTES);
        json.number(EventSchema.EVENT_SCHEMA, EventSchema.VERSION);
        origin.writeAgent(json);
        if (started != null) {
            json.text(EventSchema.ANALYZER_CAPTURE, started.capture(), MAX_TEXT_BYTES);
            json.words(EventSchema.ANALYZER_ATTRIBUTION, started.attributionSources());
            json.text(EventSchema.ANALYZER_ATTRIBUTION_REASON, started.attributionReason(), MAX_TEXT_BYTES);
            json.text(EventSchema.ANALYZER_CONFIGURATION_DIGEST, started.configurationDigest(), MAX_TEXT_BYTES);
            json.flag(EventSchema.ANALYZER_IMDS_REACHABLE, started.imdsReachable());
        }
        origin.writeHost(json, uptimeSeconds);
        if (started != null) {
            json.text(EventSchema.HOST_OS_KERNEL, origin.host().kernel(), MAX_TEXT_BYTES);
        }
    }

    @Override
    public void writeText(TextLine text) {
        if (started != null) {
            text.note(timestampNanos, listening(), lacking());
        }
    }
}
