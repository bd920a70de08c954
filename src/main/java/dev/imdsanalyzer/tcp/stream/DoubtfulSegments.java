package dev.imdsanalyzer.tcp.stream;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.tcp.buffer.BufferBudget;
import dev.imdsanalyzer.tcp.buffer.BufferHolder;
import dev.imdsanalyzer.tcp.segment.Doubts;
import dev.imdsanalyzer.tcp.segment.HeldSegment;
import dev.imdsanalyzer.tcp.segment.PayloadRange;
import dev.imdsanalyzer.tcp.segment.SequenceNumber;

/**
 * Copies of one direction's segments that the receiver may not have taken (see {@link Doubts}), in the order in which they
 * came: they count once the receiver has acknowledged their bytes, and no better one was seen in their place.
 */
final class DoubtfulSegments {
    private static final int MOST_SEGMENTS = 16;

    private final BufferBudget budget;
    private final BufferHolder owner;
    private HeldSegment first;
    private HeldSegment last;
    private int count;

    DoubtfulSegments(BufferBudget budget, BufferHolder owner) {
        this.budget = budget;
        this.owner = owner;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Copies a segment; of too many, the first one goes. */
    void add(TcpSegment segment, int payloadStart, int doubts) {
        for (HeldSegment held = first; held != null; held = held.next) {
            int common = held.doubts & doubts;
            // Each for its own reason, neither may be taken for the other.
            if ((common == doubts || common == held.doubts) && isCopyOf(held, segment, payloadStart)) {
                held.doubts = common;
                held.seenElsewhere |= held.interfaceIndex != segment.interfaceIndex;
                return;
            }
        }
        if (count == MOST_SEGMENTS) {
            discard(first);
        }
        HeldSegment held = budget.takeSegment();
        held.describe(segment, payloadStart, PayloadRange.end(segment) - payloadStart);
        held.doubts = doubts;
        if (segment.payloadLength > 0) {
            byte[] bytes = budget.borrow(owner, segment.payloadLength);
            if (bytes == null) {
                budget.giveBack(held);
                budget.countDiscarded(segment.payloadLength);
                return;
            }
            held.copy(bytes, segment, 0, segment.payloadLength);
        }
        link(held);
    }

    private static boolean isCopyOf(HeldSegment held, TcpSegment segment, int payloadStart) {
        return held.sequenceNumber == payloadStart
                && held.end() == PayloadRange.end(segment)
                && held.fin == segment.has(TcpSegment.FIN)
                && !held.differs(segment, payloadStart);
    }

    /** Notes which of them the receiver has acknowledged; it believed what those acknowledge themselves. */
    void noteAcknowledged(int acknowledged, StreamSide peer) {
        for (HeldSegment held = first; held != null; held = held.next) {
            if (!held.acknowledged && !SequenceNumber.isBefore(acknowledged, held.end())) {
                held.acknowledged = true;
                if (held.doubts == Doubts.UNSENT) {
                    peer.acknowledge(held.acknowledgmentNumber);
                }
            }
        }
    }

    /** Takes out the one that holds the byte at {@code next} and was taken by the receiver, as far as is known; or null. */
    HeldSegment removeTaken(int next, StreamSide peer) {
        HeldSegment taken = null;
        for (HeldSegment held = first; held != null; held = held.next) {
            boolean waits = held.doubts == Doubts.UNSENT ? peer.isBehind(held) : !held.acknowledged;
            if (!waits
                    && !SequenceNumber.isBefore(next, held.sequenceNumber)
                    && SequenceNumber.isBefore(next, held.end())) {
                taken = better(taken, held);
            }
        }
        if (taken != null) {
            unlink(taken);
        }
        return taken;
    }

    /** Whether the receiver has taken one that holds the byte at {@code next}. */
    boolean isTaken(int next) {
        for (HeldSegment held = first; held != null; held = held.next) {
            if (held.acknowledged
                    && !SequenceNumber.isBefore(next, held.sequenceNumber)
                    && SequenceNumber.isBefore(next, held.end())) {
                return true;
            }
        }
        return false;
    }

    /** Where the first one begins, between two sequence numbers, that the receiver has taken; {@code to} if there is none. */
    int firstTaken(int from, int to) {
        int begin = to;
        for (HeldSegment held = first; held != null; held = held.next) {
            if (held.acknowledged && SequenceNumber.isBefore(from, held.sequenceNumber)) {
                begin = SequenceNumber.first(begin, held.sequenceNumber);
            }
        }
        return begin;
    }

    /** Takes out one that holds the byte at {@code next}, or null. */
    HeldSegment removeAt(int next, boolean acknowledgedOnly) {
        for (HeldSegment held = first; held != null; held = held.next) {
            if ((held.acknowledged || !acknowledgedOnly)
                    && !SequenceNumber.isBefore(next, held.sequenceNumber)
                    && SequenceNumber.isBefore(next, held.end())) {
                unlink(held);
                return held;
            }
        }
        return null;
    }

    /** The one that a receiver could have taken at all; if both, neither can be known. */
    private static HeldSegment better(HeldSegment one, HeldSegment other) {
        if (one == null) {
            return other;
        }
        if (Doubts.areCertain(one.doubts) != Doubts.areCertain(other.doubts)) {
            return Doubts.areCertain(one.doubts) ? other : one;
        }
        one.conflicting |= one.differs(other);
        return one;
    }

    /**
     * Whether the receiver may have taken one of them that has other bytes than the segment.
     *
     * @param passesPlaces whether the connection's segments are seen at more than one place: what was seen at the first one
     *     only did not get further
     */
    boolean mayReplace(TcpSegment segment, int payloadStart, boolean passesPlaces) {
        for (HeldSegment held = first; held != null; held = held.next) {
            boolean possible = !Doubts.exclude(held.doubts) && (held.seenElsewhere || !passesPlaces);
            if (possible && (held.differs(segment, payloadStart) || held.urgencyDiffers(segment, payloadStart))) {
                budget.countConflict();
                return true;
            }
        }
        return false;
    }

    /** Lets go of those whose bytes are all before that sequence number. */
    void discardBefore(int sequenceNumber) {
        HeldSegment held = first;
        while (held != null) {
            HeldSegment following = held.next;
            if (!SequenceNumber.isBefore(sequenceNumber, held.end() + (held.fin ? 1 : 0))) {
                discard(held);
            }
            held = following;
        }
    }

    /** IMDS answered a SYN, and acknowledged no more than that: it did not take the payload. */
    void discardSynPayload(int acknowledged) {
        HeldSegment held = first;
        while (held != null) {
            HeldSegment following = held.next;
            if ((held.doubts & Doubts.SYN_PAYLOAD) != 0 && SequenceNumber.isBefore(acknowledged, held.end())) {
                discard(held);
            }
            held = following;
        }
    }

    void clear() {
        while (first != null) {
            discard(first);
        }
    }

    private void discard(HeldSegment held) {
        unlink(held);
        budget.giveBack(held);
    }

    private void link(HeldSegment held) {
        held.previous = last;
        if (last == null) {
            first = held;
        } else {
            last.next = held;
        }
        last = held;
        count++;
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
    }
}
