package dev.imdsanalyzer.output.line.summary;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.output.line.Line;
import dev.imdsanalyzer.output.line.Origin;
import dev.imdsanalyzer.output.line.caller.CallerMembers;
import dev.imdsanalyzer.output.line.field.EventAction;
import dev.imdsanalyzer.output.line.field.EventSchema;
import dev.imdsanalyzer.output.line.field.Level;
import dev.imdsanalyzer.output.line.field.LineJson;
import dev.imdsanalyzer.output.text.TextLine;
import dev.imdsanalyzer.status.Counter;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** What was seen in an interval and how well: proof that a quiet log means no calls. */
public final class SummaryLine extends Line {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Origin origin;
    private final SummaryFigures figures;
    /** Totals since the start, by {@link Counter#ordinal}. */
    private final long[] totals;

    private final long uptimeSeconds;
    private final MetricDimensions metrics;
    private final List<String> schedules;

    /** @param schedules what the host runs by the clock; empty where that was told before */
    public SummaryLine(
            Origin origin,
            Interval interval,
            Tally tally,
            PeakWatch.Peak peak,
            long[] totals,
            long[] before,
            long uptimeSeconds,
            MetricDimensions metrics,
            List<String> schedules) {
        this.schedules = List.copyOf(schedules);
        this.metrics = metrics;
        this.origin = origin;
        this.figures = new SummaryFigures(interval, tally, peak, totals, before);
        this.totals = totals;
        this.uptimeSeconds = uptimeSeconds;
    }

    @Override
    public void writeJson(LineJson json, CallerMembers callers) {
        json.time(EventSchema.TIMESTAMP, figures.interval().endNanos());
        json.word(EventSchema.LEVEL, (figures.lossless() ? Level.INFO : Level.WARN).name());
        json.text(EventSchema.MESSAGE, figures.message(), 512);
        json.word(EventSchema.EVENT_ACTION, EventAction.IMDS_SUMMARY.label());
        json.number(EventSchema.EVENT_DURATION, figures.interval().durationNanos());
        json.number(EventSchema.EVENT_SCHEMA, EventSchema.VERSION);
        json.time(EventSchema.EVENT_START, figures.interval().startNanos());
        json.time(EventSchema.EVENT_END, figures.interval().endNanos());
        writeRequests(json);
        writeCapture(json);
        writePeak(json);
        writeCounters(json);
        json.seconds(EventSchema.COVERAGE_SECONDS, figures.interval().watchedSeconds());
        json.seconds(EventSchema.COVERAGE_GAP_SECONDS, figures.interval().gapSeconds());
        origin.writeAgent(json);
        origin.writeHost(json, uptimeSeconds);
        if (metrics != MetricDimensions.NONE) {
            String instanceId =
                    metrics == MetricDimensions.INSTANCE ? origin.host().instanceId() : null;
            EmbeddedMetrics.write(figures, instanceId, json.root());
        }
    }

    private void writeRequests(LineJson json) {
        json.name(EventSchema.IMDS_REQUESTS);
        JsonGenerator generator = json.generator();
        generator.writeStartObject();
        generator.writeNumberProperty("total", figures.tally().total());
        for (ImdsVersion version : ImdsVersion.values()) {
            generator.writeName(version.label());
            generator.writeStartObject();
            for (Outcome outcome : Outcome.values()) {
                generator.writeNumberProperty(outcome.label(), figures.tally().calls(version, outcome));
            }
            generator.writeEndObject();
        }
        generator.writeEndObject();
        json.name(EventSchema.IMDS_FINDINGS_COUNT);
        generator.writeStartObject();
        for (Finding finding : Finding.values()) {
            if (figures.tally().findings(finding) > 0) {
                generator.writeNumberProperty(finding.code(), figures.tally().findings(finding));
            }
        }
        generator.writeEndObject();
        json.name(EventSchema.IMDS_ATTRIBUTION);
        generator.writeStartObject();
        generator.writeNumberProperty("named", figures.tally().named());
        generator.writeNumberProperty("unnamed", figures.tally().unnamed());
        generator.writeNumberProperty("unseen_connects", figures.during(Counter.CONNECTS_UNSEEN));
        if (figures.tally().total() > 0) {
            generator.writeNumberProperty("share", Math.round(figures.attributedShare() * 10_000) / 10_000.0);
        }
        generator.writeEndObject();
    }

    private void writeCapture(LineJson json) {
        json.name(EventSchema.IMDS_PACKETS);
        JsonGenerator generator = json.generator();
        generator.writeStartObject();
        generator.writeNumberProperty("seen", figures.during(Counter.SEGMENTS));
        generator.writeNumberProperty("dropped_by_kernel", figures.during(Counter.KERNEL_DROPS));
        generator.writeNumberProperty("dropped_by_interface", figures.during(Counter.INTERFACE_DROPS));
        generator.writeNumberProperty("dropped_by_analyzer", figures.droppedByAnalyzer());
        generator.writeEndObject();
        json.name(EventSchema.IMDS_FLOWS);
        generator.writeStartObject();
        generator.writeNumberProperty("open", figures.interval().openFlows());
        generator.writeNumberProperty("evicted", figures.during(Counter.CONNECTIONS_EVICTED));
        generator.writeEndObject();
    }

    private void writePeak(LineJson json) {
        if (figures.peak().packetsPerSecond() == 0) {
            return;
        }
        json.name(EventSchema.IMDS_PEAK);
        JsonGenerator generator = json.generator();
        generator.writeStartObject();
        generator.writeNumberProperty("packets_per_second", figures.peak().packetsPerSecond());
        generator.writeName("at");
        json.timeValue(figures.peak().epochSecond() * NANOS_PER_SECOND);
        generator.writeName("callers");
        generator.writeStartArray();
        for (PeakWatch.Share share : figures.peak().callers()) {
            generator.writeStartObject();
            generator.writeStringProperty("label", share.caller().label());
            generator.writeStringProperty("fingerprint", share.caller().fingerprint());
            generator.writeNumberProperty("calls", share.calls());
            generator.writeEndObject();
        }
        generator.writeEndArray();
        generator.writeEndObject();
    }

    private void writeCounters(LineJson json) {
        json.name(EventSchema.IMDS_COUNTERS);
        JsonGenerator generator = json.generator();
        generator.writeStartObject();
        for (Counter counter : Counter.values()) {
            generator.writeNumberProperty(counter.label(), totals[counter.ordinal()]);
        }
        generator.writeEndObject();
        json.words(EventSchema.IMDS_SCHEDULES, schedules);
    }

    @Override
    public void writeText(TextLine text) {
        text.note(figures.interval().endNanos(), figures.message(), !figures.lossless());
    }
}
