package dev.imdsanalyzer.imds;

import dev.imdsanalyzer.packet.FourTuple;

/**
 * On which connection a call came, and when.
 *
 * @param connectionId unique in this run
 * @param ends as the caller made them
 * @param timestampNanos capture time of the request's first byte, ns since the epoch
 * @param durationNanos from the request's first byte to the response's head; -1 if unknown
 */
public record CallFlow(long connectionId, FourTuple ends, long timestampNanos, long durationNanos) {}
