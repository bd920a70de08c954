package dev.imdsanalyzer.output.line;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.status.Counter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** What was seen in an interval and how well: proof that a quiet log means no calls. */
public final class SummaryLine extends Line {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Behind each of these may be a call that has no line, or one that does not tell all; told only where there are any. */
    private static final Map<Counter, String> OTHER_LOSSES = otherLosses();

    final Origin origin;
    final Interval interval;
    final Tally tally;
    final PeakWatch.Peak peak;
    /** Totals since the start, by {@link Counter#ordinal}. */
    final long[] totals;
    /** The same at the summary before. */
    private final long[] before;

    final long uptimeSeconds;
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
        this.interval = interval;
        this.tally = tally;
        this.peak = peak;
        this.totals = totals;
        this.before = before;
        this.uptimeSeconds = uptimeSeconds;
    }

    private static Map<Counter, String> otherLosses() {
        Map<Counter, String> losses = new EnumMap<>(Counter.class);
        losses.put(Counter.STREAM_GAPS, " gaps in connections");
        losses.put(Counter.STREAM_BYTES_DISCARDED, " bytes of connections given up");
        losses.put(Counter.REQUESTS_UNTRACKED, " requests without their responses");
        losses.put(Counter.CONNECT_EVENTS_LOST, " connect events lost");
        losses.put(Counter.CONNECTS_UNSEEN, " connects that the capture has not shown");
        losses.put(Counter.CALLERS_GIVEN_UP, " callers given up");
        losses.put(Counter.INTERNAL_ERRORS, " faults survived");
        return losses;
    }

    long during(Counter counter) {
        // Drops that are read just while the device is lost may count twice for that moment.
        return Math.max(0, totals[counter.ordinal()] - before[counter.ordinal()]);
    }

    long packetsDropped() {
        return during(Counter.KERNEL_DROPS) + during(Counter.INTERFACE_DROPS) + droppedByAnalyzer();
    }

    private long droppedByAnalyzer() {
        return during(Counter.FRAMES_UNDECODABLE) + during(Counter.FRAGMENTS_EXPIRED);
    }

    private boolean lossless() {
        return packetsDropped() == 0
                && during(Counter.LINES_DROPPED) == 0
                && during(Counter.CONNECTIONS_EVICTED) == 0
                && OTHER_LOSSES.keySet().stream().allMatch(counter -> during(counter) == 0)
                && interval.gapSeconds() == 0;
    }

    @Override
    void writeJson(LineJson json) {
        json.time(EventSchema.TIMESTAMP, interval.endNanos());
        json.word(EventSchema.LEVEL, (lossless() ? Level.INFO : Level.WARN).name());
        json.text(EventSchema.MESSAGE, message(), 512);
        json.word(EventSchema.EVENT_ACTION, EventAction.IMDS_SUMMARY.label());
        json.number(EventSchema.EVENT_DURATION, interval.durationNanos());
        json.number(EventSchema.EVENT_SCHEMA, EventSchema.VERSION);
        json.time(EventSchema.EVENT_START, interval.startNanos());
        json.time(EventSchema.EVENT_END, interval.endNanos());
        writeRequests(json);
        writeCapture(json);
        writePeak(json);
        writeCounters(json);
        json.seconds(EventSchema.COVERAGE_SECONDS, interval.watchedSeconds());
        json.seconds(EventSchema.COVERAGE_GAP_SECONDS, interval.gapSeconds());
        origin.writeAgent(json);
        origin.writeHost(json, uptimeSeconds);
        if (metrics != MetricDimensions.NONE) {
            EmbeddedMetrics.write(this, metrics, json.root());
        }
    }

    String message() {
        StringBuilder message = new StringBuilder(96);
        message.append(Math.round(interval.watchedSeconds())).append(" s watched: ");
        message.append(tally.calls(ImdsVersion.V1)).append(" IMDSv1, ");
        message.append(tally.calls(ImdsVersion.V2)).append(" IMDSv2 calls");
        if (tally.calls(ImdsVersion.UNKNOWN) > 0) {
            message.append(", ").append(tally.calls(ImdsVersion.UNKNOWN)).append(" not understood");
        }
        if (tally.total() > 0) {
            message.append(", ").append(Math.round(100 * attributedShare())).append(" % attributed");
        }
        if (lossless()) {
            return message.append(", nothing lost").toString();
        }
        message.append("; ").append(packetsDropped()).append(" packets dropped, ");
        message.append(during(Counter.CONNECTIONS_EVICTED)).append(" connections evicted, ");
        message.append(during(Counter.LINES_DROPPED)).append(" lines lost, ");
        message.append(Math.round(interval.gapSeconds())).append(" s not watched");
        OTHER_LOSSES.forEach((counter, what) -> {
            if (during(counter) > 0) {
                message.append(", ").append(during(counter)).append(what);
            }
        });
        return message.toString();
    }

    /** 0 to 1; only where there were calls. */
    double attributedShare() {
        return (double) tally.named() / tally.total();
    }

    private void writeRequests(LineJson json) {
        json.name(EventSchema.IMDS_REQUESTS);
        JsonGenerator generator = json.generator();
        generator.writeStartObject();
        generator.writeNumberProperty("total", tally.total());
        for (ImdsVersion version : ImdsVersion.values()) {
            generator.writeName(version.label());
            generator.writeStartObject();
            for (Outcome outcome : Outcome.values()) {
                generator.writeNumberProperty(outcome.label(), tally.calls(version, outcome));
            }
            generator.writeEndObject();
        }
        generator.writeEndObject();
        json.name(EventSchema.IMDS_FINDINGS_COUNT);
        generator.writeStartObject();
        for (Finding finding : Finding.values()) {
            if (tally.findings(finding) > 0) {
                generator.writeNumberProperty(finding.code(), tally.findings(finding));
            }
        }
        generator.writeEndObject();
        json.name(EventSchema.IMDS_ATTRIBUTION);
        generator.writeStartObject();
        generator.writeNumberProperty("named", tally.named());
        generator.writeNumberProperty("unnamed", tally.unnamed());
        generator.writeNumberProperty("unseen_connects", during(Counter.CONNECTS_UNSEEN));
        if (tally.total() > 0) {
            generator.writeNumberProperty("share", Math.round(attributedShare() * 10_000) / 10_000.0);
        }
        generator.writeEndObject();
    }

    private void writeCapture(LineJson json) {
        json.name(EventSchema.IMDS_PACKETS);
        JsonGenerator generator = json.generator();
        generator.writeStartObject();
        generator.writeNumberProperty("seen", during(Counter.SEGMENTS));
        generator.writeNumberProperty("dropped_by_kernel", during(Counter.KERNEL_DROPS));
        generator.writeNumberProperty("dropped_by_interface", during(Counter.INTERFACE_DROPS));
        generator.writeNumberProperty("dropped_by_analyzer", droppedByAnalyzer());
        generator.writeEndObject();
        json.name(EventSchema.IMDS_FLOWS);
        generator.writeStartObject();
        generator.writeNumberProperty("open", interval.openFlows());
        generator.writeNumberProperty("evicted", during(Counter.CONNECTIONS_EVICTED));
        generator.writeEndObject();
    }

    private void writePeak(LineJson json) {
        if (peak.packetsPerSecond() == 0) {
            return;
        }
        json.name(EventSchema.IMDS_PEAK);
        JsonGenerator generator = json.generator();
        generator.writeStartObject();
        generator.writeNumberProperty("packets_per_second", peak.packetsPerSecond());
        generator.writeName("at");
        json.timeValue(peak.epochSecond() * NANOS_PER_SECOND);
        generator.writeName("callers");
        generator.writeStartArray();
        for (PeakWatch.Share share : peak.callers()) {
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
    void writeText(TextLine text) {
        text.note(interval.endNanos(), message(), !lossless());
    }
}
