package dev.imdsanalyzer.output.line.summary;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.status.Counter;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * The summary as CloudWatch metrics: CloudWatch Logs makes them of the line itself.
 *
 * <p>Targets are members of the root; at most 100 metrics of one namespace; one dimension, so that a host costs a fixed
 * number of metrics. Source: CloudWatch User Guide, Specification: Embedded metric format.
 */
final class EmbeddedMetrics {
    static final String NAMESPACE = "IMDSPacketAnalyzer";
    private static final String INSTANCE = "InstanceId";
    private static final long NANOS_PER_MILLISECOND = 1_000_000;

    private EmbeddedMetrics() {}

    private record Metric(double value, String unit) {}

    /** @param instanceId the dimension's value; null for none */
    static void write(SummaryFigures summary, String instanceId, JsonGenerator root) {
        Map<String, Metric> metrics = metrics(summary);
        if (instanceId != null) {
            root.writeStringProperty(INSTANCE, instanceId);
        }
        metrics.forEach((name, metric) -> writeTarget(root, name, metric));
        root.writeName("_aws");
        root.writeStartObject();
        root.writeNumberProperty("Timestamp", summary.interval().endNanos() / NANOS_PER_MILLISECOND);
        root.writeName("CloudWatchMetrics");
        root.writeStartArray();
        root.writeStartObject();
        root.writeStringProperty("Namespace", NAMESPACE);
        writeDimensions(root, instanceId);
        writeDefinitions(root, metrics);
        root.writeEndObject();
        root.writeEndArray();
        root.writeEndObject();
    }

    private static Map<String, Metric> metrics(SummaryFigures summary) {
        Tally tally = summary.tally();
        Map<String, Metric> metrics = new LinkedHashMap<>();
        // Alarms and enforcement go by these: what never reached IMDS is not in them.
        count(metrics, "Imdsv1Success", tally.reached(ImdsVersion.V1, Outcome.SUCCESS));
        count(metrics, "Imdsv1Failure", tally.reached(ImdsVersion.V1, Outcome.FAILURE));
        count(metrics, "Imdsv1Unknown", tally.reached(ImdsVersion.V1, Outcome.UNKNOWN));
        count(metrics, "Imdsv2Success", tally.reached(ImdsVersion.V2, Outcome.SUCCESS));
        count(metrics, "Imdsv2Failure", tally.reached(ImdsVersion.V2, Outcome.FAILURE));
        count(metrics, "Imdsv2Unknown", tally.reached(ImdsVersion.V2, Outcome.UNKNOWN));
        count(metrics, "UnknownVersionCalls", tally.calls(ImdsVersion.UNKNOWN));
        // Not every 401: a client that comes back with a token is not broken by IMDSv2.
        count(metrics, "Imdsv1Rejected", tally.findings(Finding.IMDSV1_REJECTED));
        count(metrics, "Imdsv1Fallback", tally.findings(Finding.IMDSV1_FALLBACK));
        count(metrics, "UnexpectedCaller", tally.findings(Finding.UNEXPECTED_CALLER));
        if (tally.total() > 0) {
            metrics.put("AttributedShare", new Metric(100 * summary.attributedShare(), "Percent"));
        }
        count(metrics, "PacketsDropped", summary.packetsDropped());
        count(metrics, "LinesDropped", summary.during(Counter.LINES_DROPPED));
        metrics.put("PeakPacketsPerSecond", new Metric(summary.peak().packetsPerSecond(), "Count/Second"));
        metrics.put("CoverageSeconds", new Metric(summary.interval().watchedSeconds(), "Seconds"));
        metrics.put("CoverageGapSeconds", new Metric(summary.interval().gapSeconds(), "Seconds"));
        return metrics;
    }

    private static void count(Map<String, Metric> metrics, String name, long value) {
        metrics.put(name, new Metric(value, "Count"));
    }

    private static void writeTarget(JsonGenerator root, String name, Metric metric) {
        if (metric.unit.startsWith("Count")) {
            root.writeNumberProperty(name, (long) metric.value);
        } else {
            root.writeNumberProperty(name, Math.round(metric.value * 1000) / 1000.0);
        }
    }

    /** Over all; by instance too where it is given. */
    private static void writeDimensions(JsonGenerator root, String instanceId) {
        root.writeName("Dimensions");
        root.writeStartArray();
        if (instanceId != null) {
            root.writeStartArray();
            root.writeString(INSTANCE);
            root.writeEndArray();
        }
        root.writeStartArray();
        root.writeEndArray();
        root.writeEndArray();
    }

    private static void writeDefinitions(JsonGenerator root, Map<String, Metric> metrics) {
        root.writeName("Metrics");
        root.writeStartArray();
        metrics.forEach((name, metric) -> {
            root.writeStartObject();
            root.writeStringProperty("Name", name);
            root.writeStringProperty("Unit", metric.unit);
            root.writeEndObject();
        });
        root.writeEndArray();
    }
}
