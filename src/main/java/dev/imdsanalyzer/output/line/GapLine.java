package dev.imdsanalyzer.output.line;

import dev.imdsanalyzer.output.line.caller.CallerMembers;
import dev.imdsanalyzer.output.line.field.EventAction;
import dev.imdsanalyzer.output.line.field.EventSchema;
import dev.imdsanalyzer.output.line.field.Level;
import dev.imdsanalyzer.output.line.field.LineJson;
import dev.imdsanalyzer.output.text.TextLine;

/** A time in which calls may have been missed, or lines lost. */
public final class GapLine extends Line {
    private static final int MAX_TEXT_BYTES = 1024;

    private final Origin origin;
    private final CaptureGap gap;
    private final long uptimeSeconds;

    public GapLine(Origin origin, CaptureGap gap, long uptimeSeconds) {
        this.origin = origin;
        this.gap = gap;
        this.uptimeSeconds = uptimeSeconds;
    }

    private String message() {
        String seconds = Math.round(gap.durationNanos() / 1e8) / 10.0 + " s: ";
        if (gap.linesLost() > 0) {
            return gap.linesLost() + " lines were lost within " + seconds + gap.reason();
        }
        if (gap.connectsUnseen() > 0) {
            return "calls may be missing: " + gap.reason();
        }
        if (gap.connectEventsLost() > 0) {
            return "callers may be unnamed for " + seconds + gap.reason();
        }
        return "calls may be missing for " + seconds + gap.reason()
                + (gap.packetsDropped() > 0 ? " (" + gap.packetsDropped() + " packets)" : "");
    }

    @Override
    public void writeJson(LineJson json, CallerMembers callers) {
        json.time(EventSchema.TIMESTAMP, gap.endNanos());
        json.word(EventSchema.LEVEL, Level.WARN.name());
        json.text(EventSchema.MESSAGE, message(), MAX_TEXT_BYTES);
        json.word(EventSchema.EVENT_ACTION, EventAction.CAPTURE_GAP.label());
        json.text(EventSchema.EVENT_REASON, gap.reason(), MAX_TEXT_BYTES);
        json.number(EventSchema.EVENT_DURATION, gap.durationNanos());
        json.number(EventSchema.EVENT_SCHEMA, EventSchema.VERSION);
        json.time(EventSchema.EVENT_START, gap.startNanos());
        json.time(EventSchema.EVENT_END, gap.endNanos());
        json.name(EventSchema.IMDS_GAP);
        json.generator().writeStartObject();
        json.generator().writeNumberProperty("packets_dropped", gap.packetsDropped());
        json.generator().writeNumberProperty("lines_lost", gap.linesLost());
        json.generator().writeNumberProperty("connect_events_lost", gap.connectEventsLost());
        json.generator().writeNumberProperty("connects_unseen", gap.connectsUnseen());
        json.generator().writeEndObject();
        json.seconds(EventSchema.COVERAGE_GAP_SECONDS, gap.connectEventsLost() > 0 ? 0 : gap.durationNanos() / 1e9);
        origin.writeAgent(json);
        origin.writeHost(json, uptimeSeconds);
    }

    @Override
    public void writeText(TextLine text) {
        text.note(gap.endNanos(), message(), true);
    }
}
