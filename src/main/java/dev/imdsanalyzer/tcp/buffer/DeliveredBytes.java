package dev.imdsanalyzer.tcp.buffer;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.tcp.segment.SequenceNumber;
import java.util.Arrays;

/**
 * Copies of the bytes that were delivered and not acknowledged yet: until then a segment with other bytes in their place
 * may be what the receiver took. Mostly empty, and only for moments not.
 */
public final class DeliveredBytes {
    /** More than a message head; of what goes beyond it only the place is known. */
    private static final int MOST_BYTES = 16 * 1024;

    private byte[] array;
    private int start;
    private int length;
    /** Sequence number of the byte at {@link #start}. */
    private int sequenceNumber;
    /** Delivered bytes behind those that are here. */
    private int uncopied;

    private boolean verified = true;

    private int end() {
        return sequenceNumber + length + uncopied;
    }

    /** Adds the bytes that were delivered next. */
    public void append(int from, byte[] bytes, int offset, int count, boolean verifiedBytes, BytePool pool) {
        if (isEmpty()) {
            sequenceNumber = from;
            verified = true;
        }
        verified &= verifiedBytes;
        if (uncopied > 0 || length + count > MOST_BYTES || !makeRoom(count, pool)) {
            uncopied += count;
            return;
        }
        System.arraycopy(bytes, offset, array, start + length, count);
        length += count;
    }

    public boolean isEmpty() {
        return length == 0 && uncopied == 0;
    }

    private boolean makeRoom(int count, BytePool pool) {
        if (array != null && start + length + count <= array.length) {
            return true;
        }
        if (array != null && length + count <= array.length) {
            System.arraycopy(array, start, array, 0, length);
            start = 0;
            return true;
        }
        byte[] longer = pool.borrow(length + count);
        if (longer == null) {
            return false;
        }
        if (array != null) {
            System.arraycopy(array, start, longer, 0, length);
            pool.giveBack(array);
        }
        array = longer;
        start = 0;
        return true;
    }

    /** The receiver has all before that sequence number: nothing can change it any more. */
    public void settle(int acknowledged, BytePool pool) {
        if (isEmpty()) {
            return;
        }
        int settled = SequenceNumber.distance(sequenceNumber, acknowledged);
        if (!SequenceNumber.isBefore(acknowledged, end())) {
            clear(pool);
        } else if (settled > 0) {
            int copied = Math.min(settled, length);
            start += copied;
            length -= copied;
            uncopied -= settled - copied;
            sequenceNumber += settled;
        }
    }

    public void clear(BytePool pool) {
        if (array != null) {
            pool.giveBack(array);
            array = null;
        }
        start = 0;
        length = 0;
        uncopied = 0;
    }

    /** Whether all of them came in segments whose sums were seen to be right. */
    public boolean isVerified() {
        return verified;
    }

    /** Sequence number of the first of them. */
    public int first() {
        return sequenceNumber;
    }

    /** Whether the segment has other bytes, as far as can be compared, between two sequence numbers. */
    public boolean differ(TcpSegment segment, int payloadStart, int from, int to) {
        int first = SequenceNumber.last(from, sequenceNumber);
        int last = SequenceNumber.first(to, sequenceNumber + length);
        last = SequenceNumber.first(last, payloadStart + segment.payloadLength);
        if (!SequenceNumber.isBefore(first, last)) {
            return false;
        }
        int own = start + first - sequenceNumber;
        int other = segment.payloadOffset + first - payloadStart;
        int count = last - first;
        return !Arrays.equals(array, own, own + count, segment.buffer, other, other + count);
    }

    /** Whether bytes between two sequence numbers were not copied. */
    public boolean isUncopied(int from, int to) {
        return uncopied > 0
                && SequenceNumber.isBefore(sequenceNumber + length, to)
                && SequenceNumber.isBefore(from, end());
    }

    /** The same bytes came again with a right sum. */
    public void verify(int from, int to) {
        if (!SequenceNumber.isBefore(sequenceNumber, from) && !SequenceNumber.isBefore(to, end())) {
            verified = true;
        }
    }
}
