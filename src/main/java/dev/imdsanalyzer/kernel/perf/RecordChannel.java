package dev.imdsanalyzer.kernel.perf;

/** Where a BPF program's records come out: per-CPU perf rings or one BPF ring buffer. One thread drains and closes it. */
public interface RecordChannel extends AutoCloseable {
    /** Hands over all that is there now. Returns the number of records. */
    int drain(RecordHandler handler);

    /** Whether all records come in the order in which they were written. */
    boolean isOrdered();

    /** Records that found no room, from the start. */
    long lost();

    /** The descriptors that become readable when a record arrives. */
    int[] descriptors();

    @Override
    void close();
}
