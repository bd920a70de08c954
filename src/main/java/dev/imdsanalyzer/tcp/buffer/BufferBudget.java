package dev.imdsanalyzer.tcp.buffer;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.segment.HeldSegment;

/**
 * The memory for stream bytes that wait, shared by all connections. When it is used up, the stream that has waited
 * longest gives up what it keeps.
 */
public final class BufferBudget {
    private final BytePool pool;
    private final Counters counters;
    private final IntrusiveList<BufferHolder> holders = new IntrusiveList<>();
    private HeldSegment unused;

    public BufferBudget(long bytes, Counters counters) {
        pool = new BytePool(bytes);
        this.counters = counters;
    }

    /** Memory for at least that many bytes, or null if the borrower itself is the one that has waited longest. */
    public byte[] borrow(BufferHolder borrower, int atLeast) {
        while (true) {
            byte[] array = pool.borrow(atLeast);
            if (array != null) {
                if (!borrower.holding().isLinked()) {
                    holders.append(borrower.holding());
                }
                return array;
            }
            BufferHolder oldest = holders.oldest();
            if (oldest == null || oldest == borrower) {
                return null;
            }
            oldest.giveUpBuffered();
        }
    }

    public void giveBack(byte[] array) {
        pool.giveBack(array);
    }

    /** A blank segment, not in any list. */
    public HeldSegment takeSegment() {
        HeldSegment segment = unused;
        if (segment == null) {
            return new HeldSegment();
        }
        unused = segment.next;
        segment.next = null;
        return segment;
    }

    public void giveBack(HeldSegment segment) {
        if (segment.bytes != null) {
            pool.giveBack(segment.bytes);
            segment.bytes = null;
        }
        segment.previous = null;
        segment.next = unused;
        unused = segment;
    }

    public void countDiscarded(long bytes) {
        counters.add(Counter.STREAM_BYTES_DISCARDED, bytes);
    }

    public void countConflict() {
        counters.increment(Counter.SEGMENTS_CONFLICTING);
    }

    public long borrowedBytes() {
        return pool.lentBytes();
    }
}
