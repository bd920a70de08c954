package dev.imdsanalyzer.tcp.stream;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.buffer.BufferBudget;
import dev.imdsanalyzer.tcp.buffer.BufferHolder;
import dev.imdsanalyzer.tcp.segment.HeldSegment;
import dev.imdsanalyzer.tcp.segment.PayloadRange;
import dev.imdsanalyzer.tcp.segment.SequenceNumber;

/**
 * One direction's segments that wait for bytes before them, in the order of their first bytes. Overlaps are treated as Linux
 * does in its out-of-order queue (tcp_data_queue_ofo, tcp_ofo_queue): a segment all of whose bytes another one has is
 * ignored; one that covers others takes their place; of two that overlap in part, the one that begins first counts.
 */
final class HeldSegments {
    private final BufferBudget budget;
    private final BufferHolder owner;
    private final ReassemblyLimits limits;
    private HeldSegment first;
    private HeldSegment last;
    private int count;
    private int capturedBytes;
    private boolean mayBeMerged;

    HeldSegments(BufferBudget budget, BufferHolder owner, ReassemblyLimits limits) {
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
        unlink(removed);
        return removed;
    }

    /**
     * Copies the segment, unless all of its bytes are here.
     *
     * @param payloadStart sequence number of the first payload byte
     * @param from sequence number to begin with, at or behind {@code payloadStart}
     * @return whether it was copied
     */
    boolean add(TcpSegment segment, int payloadStart, int from) {
        int end = PayloadRange.end(segment);
        noteMerging(from, end);
        HeldSegment before = last;
        while (before != null && SequenceNumber.isBefore(from, before.sequenceNumber)) {
            before = before.previous;
        }
        if (before != null && !SequenceNumber.isBefore(before.end(), end)) {
            if (before.differs(segment, payloadStart)) {
                noteConflict(before, segment, before);
            }
            return false;
        }
        HeldSegment added = copy(segment, payloadStart, from, end);
        if (before != null && before.differs(segment, payloadStart)) {
            noteConflict(before, segment, added);
        }
        if (before != null && before.sequenceNumber == from) {
            HeldSegment covered = before;
            before = before.previous;
            remove(covered);
        }
        link(added, before);
        removeCovered(added, segment, payloadStart);
        return true;
    }

    private void removeCovered(HeldSegment added, TcpSegment segment, int payloadStart) {
        HeldSegment after = added.next;
        while (after != null && SequenceNumber.isBefore(after.sequenceNumber, added.end())) {
            HeldSegment following = after.next;
            if (after.differs(segment, payloadStart)) {
                noteConflict(after, segment, added);
            }
            if (!SequenceNumber.isBefore(added.end(), after.end())) {
                remove(after);
            }
            after = following;
        }
    }

    /**
     * Two segments differ. Linux's rules tell which one counts, if both arrived; and if it merged none of them with one that
     * ends where it begins (tcp_ooo_try_coalesce), which depends on how its memory lay.
     */
    private void noteConflict(HeldSegment held, TcpSegment segment, HeldSegment stays) {
        budget.countConflict();
        if (!held.verified || segment.checksum != Checksum.RIGHT || mayBeMerged) {
            held.conflicting = true;
            stays.conflicting = true;
        }
    }

    /** Notes whether one of them ends where another begins, from then on until all are gone. */
    private void noteMerging(int start, int end) {
        for (HeldSegment held = first; held != null && !mayBeMerged; held = held.next) {
            mayBeMerged = held.end() == start || held.sequenceNumber == end;
        }
    }

    /** Whether some of the segment's bytes are here with another content. */
    boolean differ(TcpSegment segment, int payloadStart) {
        for (HeldSegment held = first; held != null; held = held.next) {
            if (held.differs(segment, payloadStart)) {
                budget.countConflict();
                return true;
            }
        }
        return false;
    }

    /** Notes that the receiver may have taken other bytes, such as the segment's, in the place of some of these. */
    void doubt(TcpSegment segment, int payloadStart) {
        for (HeldSegment held = first; held != null; held = held.next) {
            held.conflicting |= held.differs(segment, payloadStart);
        }
    }

    /** The same for all between two sequence numbers. */
    void doubtFrom(int from, int to) {
        for (HeldSegment held = first; held != null; held = held.next) {
            held.conflicting |=
                    SequenceNumber.isBefore(held.sequenceNumber, to) && SequenceNumber.isBefore(from, held.end());
        }
    }

    /** Gives all of them up. */
    void clear() {
        while (first != null) {
            budget.giveBack(removeFirst());
        }
    }

    private HeldSegment copy(TcpSegment segment, int payloadStart, int from, int end) {
        int offset = from - payloadStart;
        int captured = Math.max(0, segment.payloadLength - offset);
        HeldSegment held = budget.takeSegment();
        held.describe(segment, from, end - from);
        if (captured > 0) {
            byte[] bytes = hasRoomFor(captured) ? budget.borrow(owner, captured) : null;
            if (bytes == null) {
                budget.countDiscarded(captured);
            } else {
                held.copy(bytes, segment, offset, captured);
            }
        }
        return held;
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

    private void remove(HeldSegment held) {
        unlink(held);
        budget.giveBack(held);
    }

    private void unlink(HeldSegment held) {
        if (held.previous == null) {
            first = held.next;
        } else {
            held.previous.next = held.next;
        }
        if (held.next == null) {
            last = held.previous;
        } else {
            held.next.previous = held.previous;
        }
        held.previous = null;
        held.next = null;
        count--;
        capturedBytes -= held.capturedLength;
        mayBeMerged &= count > 0;
    }
}
