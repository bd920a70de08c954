package dev.imdsanalyzer.tcp.stream;

import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.ConnectionHandler;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.buffer.BufferBudget;
import dev.imdsanalyzer.tcp.buffer.BytePool;

/** What all connections of one reassembler share. */
public record ReassemblyContext(
        ReassemblyLimits limits,
        ConnectionHandler handler,
        Counters counters,
        BufferBudget buffers,
        BytePool delivered,
        long reorderNanos,
        long retransmissionNanos) {

    /** Of all bytes that wait for their acknowledgment, in bytes: those of some thousand requests on their way. */
    private static final long DELIVERED_BYTES = 1024 * 1024;

    public ReassemblyContext(ReassemblyLimits limits, ConnectionHandler handler, Counters counters) {
        this(
                limits,
                handler,
                counters,
                new BufferBudget(limits.bufferedBytes(), counters),
                new BytePool(DELIVERED_BYTES),
                limits.reorderTime().toNanos(),
                limits.retransmissionTime().toNanos());
    }
}
