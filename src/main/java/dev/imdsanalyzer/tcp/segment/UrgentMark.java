package dev.imdsanalyzer.tcp.segment;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.TcpSegment;

/**
 * The urgent byte of one direction, which a socket's reader does not find among the others (RFC 6093, unless it asked for
 * SO_OOBINLINE): the one before the urgent pointer, as Linux counts (tcp_check_urg in net/ipv4/tcp_input.c). It knows one at
 * a time: a newer mark makes an older byte an ordinary one, unless that was read before.
 */
public final class UrgentMark {
    private boolean pending;
    private int position;
    private boolean verified;

    private boolean removed;
    private int removedAt;
    private int answeredThen;

    /** Sequence number of the segment's urgent byte. */
    public static int positionOf(TcpSegment segment) {
        return segment.sequenceNumber + Math.max(0, segment.urgentPointer - 1);
    }

    /** Whether the segment says of that byte that it is urgent. */
    public static boolean isUrgent(TcpSegment segment, int sequenceNumber) {
        return segment.has(TcpSegment.URG) && positionOf(segment) == sequenceNumber;
    }

    /** Takes note of a mark on a byte that was not delivered yet. */
    public void set(TcpSegment segment) {
        int newPosition = positionOf(segment);
        boolean rightSum = segment.checksum == Checksum.RIGHT;
        if (!pending || SequenceNumber.isBefore(position, newPosition)) {
            pending = true;
            position = newPosition;
            verified = rightSum;
        } else if (position == newPosition) {
            verified |= rightSum;
        }
    }

    /** Whether the urgent byte is one of these. */
    public boolean isWithin(int from, int to) {
        return pending && !SequenceNumber.isBefore(position, from) && SequenceNumber.isBefore(position, to);
    }

    /** Whether the segment brings the byte without a word of its urgency, which may come from nobody. */
    public boolean isContradictedBy(TcpSegment segment, int from, int to) {
        return isWithin(from, to) && !verified && !isUrgent(segment, position);
    }

    public int position() {
        return position;
    }

    /**
     * The byte was taken out.
     *
     * @param answered how much of the other stream was seen
     */
    public void remove(int answered) {
        pending = false;
        removed = true;
        removedAt = position;
        answeredThen = answered;
    }

    /** Whether that byte was taken out. */
    public boolean wasRemoved(int sequenceNumber) {
        return removed && removedAt == sequenceNumber;
    }

    /** Whether a byte was taken out that its receiver may not have read yet: then a newer mark puts it back. */
    public boolean mayComeBack(int answered) {
        return removed && answered == answeredThen;
    }

    /** Where the last byte was taken out. */
    public int removedAt() {
        return removedAt;
    }
}
