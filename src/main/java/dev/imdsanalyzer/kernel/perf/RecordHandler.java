package dev.imdsanalyzer.kernel.perf;

import java.nio.ByteBuffer;

/** Takes the records of a ring, on the thread that drains it. */
public interface RecordHandler {
    /**
     * One record.
     *
     * @param record in host byte order, from index 0 to its limit; valid only during the call. A perf ring pads
     *     records, so that up to 7 bytes of no meaning may follow.
     */
    void onRecord(ByteBuffer record);
}
