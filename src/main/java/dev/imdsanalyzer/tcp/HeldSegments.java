package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.packet.TcpSegment;
import java.util.Arrays;

/**
 * One direction's segments that wait for bytes before them, in stream order and without overlap: of two that claim the
 * same bytes, the first to arrive counts.
 */
final class HeldSegments {
    private final BufferBudget budget;
    private final StreamAssembler owner;
    private final ReassemblyLimits limits;
    private HeldSegment first;
    private HeldSegment last;
    private int count;
    private int capturedBytes;

    HeldSegments(BufferBudget budget, StreamAssembler owner, ReassemblyLimits limits) {
        this.budget = budget;
        this.owner = owner;
        this.limits = limits;
    }

    HeldSegment first() {
        return first;
    }

    HeldSegment last() {
        return last;
    }

    int count() {
        return count;
    }

    /** Payload bytes in memory. */
    int capturedBytes() {
        return capturedBytes;
    }

    /** Takes the first one out; the caller gives it back to the budget. */
    HeldSegment removeFirst() {
        HeldSegment removed = first;
        first = removed.next;
        if (first == null) {
            last = null;
        } else {
            first.previous = null;
        }
        removed.next = null;
        count--;
        capturedBytes -= removed.capturedLength;
        return removed;
    }

    /**
     * Copies those of the segment's bytes that are not here yet.
     *
     * @param payloadStart sequence number of the first payload byte
     * @param from sequence number to begin with, at or behind {@code payloadStart}
     * @return whether there was any new byte
     */
    boolean add(TcpSegment segment, int payloadStart, int from) {
        int end = SegmentFit.payloadEnd(segment);
        HeldSegment before = last;
        while (before != null && SequenceNumber.isBefore(from, before.sequenceNumber)) {
            before = before.previous;
        }
        boolean added = false;
        boolean conflict = false;
        int position = from;
        while (SequenceNumber.isBefore(position, end)) {
            HeldSegment after = before == null ? first : before.next;
            if (before != null && SequenceNumber.isBefore(position, before.end())) {
                int overlapEnd = SequenceNumber.first(end, before.end());
                conflict |= differs(before, segment, payloadStart, position, overlapEnd);
                position = overlapEnd;
            }
            int pieceEnd = after == null ? end : SequenceNumber.first(end, after.sequenceNumber);
            if (SequenceNumber.isBefore(position, pieceEnd)) {
                insert(segment, payloadStart, position, pieceEnd, before);
                added = true;
                position = pieceEnd;
            }
            before = after;
        }
        if (conflict) {
            budget.countConflict();
        }
        return added;
    }

    /** Gives all of them up. */
    void clear() {
        while (first != null) {
            budget.giveBack(removeFirst());
        }
    }

    private void insert(TcpSegment segment, int payloadStart, int from, int to, HeldSegment before) {
        int length = to - from;
        int offset = from - payloadStart;
        int captured = Math.min(length, Math.max(0, segment.payloadLength - offset));
        HeldSegment held = budget.takeSegment();
        held.sequenceNumber = from;
        held.capturedLength = 0;
        if (captured > 0) {
            held.bytes = hasRoomFor(captured) ? budget.borrow(owner, captured) : null;
            if (held.bytes == null) {
                budget.countDiscarded(captured);
            } else {
                System.arraycopy(segment.buffer, segment.payloadOffset + offset, held.bytes, 0, captured);
                held.capturedLength = captured;
            }
        }
        held.missingLength = length - held.capturedLength;
        held.acknowledges = segment.has(TcpSegment.ACK);
        held.acknowledgmentNumber = segment.acknowledgmentNumber;
        held.timestampNanos = segment.timestampNanos;
        link(held, before);
    }

    private boolean hasRoomFor(int bytes) {
        return count < limits.outOfOrderSegments() && capturedBytes + bytes <= limits.bufferedBytesPerDirection();
    }

    private void link(HeldSegment held, HeldSegment before) {
        held.previous = before;
        held.next = before == null ? first : before.next;
        if (held.next == null) {
            last = held;
        } else {
            held.next.previous = held;
        }
        if (before == null) {
            first = held;
        } else {
            before.next = held;
        }
        count++;
        capturedBytes += held.capturedLength;
    }

    /** Whether captured bytes of both between two sequence numbers are not the same. */
    private static boolean differs(HeldSegment held, TcpSegment segment, int payloadStart, int from, int to) {
        int heldOffset = from - held.sequenceNumber;
        int segmentOffset = from - payloadStart;
        int length =
                Math.min(to - from, Math.min(held.capturedLength - heldOffset, segment.payloadLength - segmentOffset));
        int start = segment.payloadOffset + segmentOffset;
        return length > 0
                && !Arrays.equals(held.bytes, heldOffset, heldOffset + length, segment.buffer, start, start + length);
    }
}
