package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.TcpSegment;

/**
 * One direction's segments that cannot be delivered yet: those behind a hole, and those that the receiver may not have
 * taken. Either may have other bytes than the other kind, or than one that is delivered before them.
 */
final class WaitingSegments {
    private final HeldSegments held;
    private final DoubtfulSegments doubtful;
    private final ReassemblyLimits limits;

    WaitingSegments(ReassemblyContext context, StreamAssembler owner) {
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
    HeldSegment takeReady(int next, SequenceMarks marks, StreamAssembler peer) {
        HeldSegment first = held.first();
        if (first != null && !SequenceNumber.isBefore(next, first.sequenceNumber) && !peer.isBehind(first)) {
            return held.removeFirst();
        }
        if (doubtful.isEmpty()) {
            return null;
        }
        if (marks.isAcknowledgmentSeen()) {
            doubtful.noteAcknowledged(marks.acknowledged(), peer);
        }
        return doubtful.removeTaken(next, peer);
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
            held.doubtFrom(from, SegmentFit.payloadEnd(segment));
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
