package dev.imdsanalyzer.output.line.summary;

/** By what CloudWatch tells the metrics apart that summaries carry: each set of dimensions is a metric of its own, with its price. */
public enum MetricDimensions {
    /** One set for all instances that write to a namespace. */
    FLEET,
    /** One for each instance, and the fleet's. */
    INSTANCE,
    /** No metrics: summaries are plain lines. */
    NONE
}
