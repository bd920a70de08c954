package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.status.Counters;

/** What all connections of one reassembler share. */
record ReassemblyContext(
        ReassemblyLimits limits,
        ConnectionHandler handler,
        Counters counters,
        BufferBudget buffers,
        long reorderNanos,
        long retransmissionNanos) {

    ReassemblyContext(ReassemblyLimits limits, ConnectionHandler handler, Counters counters) {
        this(
                limits,
                handler,
                counters,
                new BufferBudget(limits.bufferedBytes(), counters),
                limits.reorderTime().toNanos(),
                limits.retransmissionTime().toNanos());
    }
}
