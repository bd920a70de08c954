package dev.imdsanalyzer.tcp.stream;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.buffer.BufferHolder;
import dev.imdsanalyzer.tcp.segment.Doubts;
import dev.imdsanalyzer.tcp.segment.HeldSegment;
import dev.imdsanalyzer.tcp.segment.PayloadRange;
import dev.imdsanalyzer.tcp.segment.SequenceMarks;
import dev.imdsanalyzer.tcp.segment.SequenceNumber;

/**
 * One direction's segments that cannot be delivered yet: those behind a hole, and those that the receiver may not have
 * taken. Either may have other bytes than the other kind, or than one that is delivered before them.
 */
final class WaitingSegments {
    private final HeldSegments held;
    private final DoubtfulSegments doubtful;
    private final ReassemblyLimits limits;

    WaitingSegments(ReassemblyContext context, BufferHolder owner) {
        limits = context.limits();
        held = new HeldSegments(context.buffers(), owner, limits);
        doubtful = new DoubtfulSegments(context.buffers(), owner);
    }

    boolean isEmpty() {
        return held.first() == null && doubtful.isEmpty();
    }

    /** The first one that nothing speaks against; null if there is none. */
    HeldSegment first() {
        return held.first();
    }

    HeldSegment removeFirst() {
        return held.removeFirst();
    }

    /** Sequence number behind the last one of those. */
    int end() {
        return held.last().end();
    }

    int capturedBytes() {
        return held.capturedBytes();
    }

    DoubtfulSegments doubtful() {
        return doubtful;
    }

    boolean hasRoomFor(TcpSegment segment, int keptBytes) {
        return held.count() < limits.outOfOrderSegments()
                && held.capturedBytes() + keptBytes + segment.payloadLength <= limits.bufferedBytesPerDirection();
    }

    /** Takes out what can be delivered now; null if there is nothing. */
    HeldSegment takeReady(int next, SequenceMarks marks, StreamSide peer) {
        if (hasCertain(next)) {
            // Even if it has to wait for the other direction: it goes before any doubtful one.
            return peer.isBehind(held.first()) ? null : held.removeFirst();
        }
        if (doubtful.isEmpty()) {
            return null;
        }
        if (marks.isAcknowledgmentSeen()) {
            doubtful.noteAcknowledged(marks.acknowledged(), peer);
        }
        return doubtful.removeTaken(next, peer);
    }

    /** Whether one that nothing speaks against has the byte that comes next. */
    private boolean hasCertain(int next) {
        return held.first() != null && !SequenceNumber.isBefore(next, held.first().sequenceNumber);
    }

    /** Whether a doubtful one was taken by the receiver that has that byte, and no better one is here. */
    boolean isDoubtfulTaken(int next) {
        return !hasCertain(next) && doubtful.isTaken(next);
    }

    /** Takes that out; null if there is none. */
    HeldSegment removeDoubtfulTaken(int next) {
        return hasCertain(next) ? null : doubtful.removeAt(next, true);
    }

    /** Whether others are here that nothing speaks against and that have other bytes in the place of some of the doubtful one's. */
    boolean contradict(HeldSegment doubtfulOne) {
        for (HeldSegment one = held.first(); one != null; one = one.next) {
            if (one.differs(doubtfulOne)) {
                return true;
            }
        }
        return false;
    }

    /** Copies a segment that the receiver may not take. */
    void doubt(TcpSegment segment, int payloadStart, int doubts) {
        doubtful.add(segment, payloadStart, doubts);
        if (!Doubts.exclude(doubts)) {
            held.doubt(segment, payloadStart);
        }
    }

    /** Copies a segment that bytes before it are missing for; false if all of it was here. */
    boolean hold(TcpSegment segment, int payloadStart, int from, boolean passesPlaces) {
        boolean added = held.add(segment, payloadStart, from);
        if (doubtful.mayReplace(segment, payloadStart, passesPlaces)) {
            held.doubtFrom(from, PayloadRange.end(segment));
        }
        return added;
    }

    /**
     * Whether the receiver may have others of these bytes than the segment that comes in order. It takes what does so first;
     * unless it has what waits here already, since only the capture lacks what is before it.
     */
    boolean contradict(TcpSegment segment, int payloadStart, boolean receiverHasMore, boolean passesPlaces) {
        boolean settled = segment.checksum == Checksum.RIGHT && !receiverHasMore;
        boolean otherHeld = held.differ(segment, payloadStart) && !settled;
        return doubtful.mayReplace(segment, payloadStart, passesPlaces) || otherHeld;
    }

    void clear() {
        held.clear();
        doubtful.clear();
    }
}
