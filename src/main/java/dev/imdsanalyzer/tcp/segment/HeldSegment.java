package dev.imdsanalyzer.tcp.segment;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.TcpSegment;
import java.util.Arrays;

/** A copy of a segment that cannot be delivered yet. Used again and again: see {@link dev.imdsanalyzer.tcp.buffer.BufferBudget}. */
public final class HeldSegment {
    public HeldSegment previous;
    public HeldSegment next;

    public int sequenceNumber;

    /** Bytes that are here, from {@link #bytes}'s start; {@link #missingLength} bytes that nobody has follow them. */
    public int capturedLength;

    int missingLength;

    /** Borrowed; null if there are none. */
    public byte[] bytes;

    /** How far its sender had received the other stream; bytes from before that come first. */
    public int acknowledgmentNumber;

    public boolean acknowledges;
    public boolean fin;
    boolean urgent;
    /** Sequence number of the urgent byte, where {@link #urgent}. */
    int urgentPosition;
    /** Whether its sum was seen to be right. */
    public boolean verified;
    /** Another segment had other bytes in the place of some of these, and nobody can tell which of them were taken. */
    public boolean conflicting;
    /** See {@link Doubts}. */
    public int doubts;
    /** Whether its receiver has acknowledged all of it. */
    public boolean acknowledged;

    public int interfaceIndex;
    public boolean seenElsewhere;
    public long timestampNanos;

    /**
     * Copies all but the bytes.
     *
     * @param from sequence number of the first byte to keep
     */
    public void describe(TcpSegment segment, int from, int length) {
        sequenceNumber = from;
        capturedLength = 0;
        missingLength = length;
        acknowledges = segment.has(TcpSegment.ACK);
        acknowledgmentNumber = segment.acknowledgmentNumber;
        fin = segment.has(TcpSegment.FIN);
        urgent = segment.has(TcpSegment.URG);
        urgentPosition = UrgentMark.positionOf(segment);
        verified = segment.checksum == Checksum.RIGHT;
        conflicting = segment.contradicted;
        doubts = Doubts.NONE;
        acknowledged = false;
        interfaceIndex = segment.interfaceIndex;
        seenElsewhere = false;
        timestampNanos = segment.timestampNanos;
    }

    /** Copies the bytes into an array that was borrowed for them. */
    public void copy(byte[] borrowed, TcpSegment segment, int offset, int count) {
        System.arraycopy(segment.buffer, segment.payloadOffset + offset, borrowed, 0, count);
        bytes = borrowed;
        capturedLength = count;
        missingLength -= count;
    }

    /** The sequence number behind its last byte. */
    public int end() {
        return sequenceNumber + capturedLength + missingLength;
    }

    /** Whether bytes that both have are not the same. */
    public boolean differs(TcpSegment segment, int payloadStart) {
        int from = SequenceNumber.last(sequenceNumber, payloadStart);
        int to = SequenceNumber.first(sequenceNumber + capturedLength, payloadStart + segment.payloadLength);
        if (!SequenceNumber.isBefore(from, to)) {
            return false;
        }
        int own = from - sequenceNumber;
        int other = segment.payloadOffset + from - payloadStart;
        int count = to - from;
        return !Arrays.equals(bytes, own, own + count, segment.buffer, other, other + count);
    }

    /** Whether one of them takes a byte of the other out of the stream, and the other does not. */
    public boolean urgencyDiffers(TcpSegment segment, int payloadStart) {
        boolean otherUrgent = segment.has(TcpSegment.URG);
        int other = UrgentMark.positionOf(segment);
        if (urgent && otherUrgent && other == urgentPosition) {
            return false;
        }
        boolean takesOthers = urgent && isWithin(urgentPosition, payloadStart, PayloadRange.end(segment));
        return takesOthers || (otherUrgent && isWithin(other, sequenceNumber, end()));
    }

    private static boolean isWithin(int position, int from, int to) {
        return !SequenceNumber.isBefore(position, from) && SequenceNumber.isBefore(position, to);
    }

    /** The same for another copy. */
    public boolean differs(HeldSegment segment) {
        int from = SequenceNumber.last(sequenceNumber, segment.sequenceNumber);
        int to = SequenceNumber.first(sequenceNumber + capturedLength, segment.sequenceNumber + segment.capturedLength);
        if (!SequenceNumber.isBefore(from, to)) {
            return false;
        }
        int own = from - sequenceNumber;
        int other = from - segment.sequenceNumber;
        int count = to - from;
        return !Arrays.equals(bytes, own, own + count, segment.bytes, other, other + count);
    }
}
