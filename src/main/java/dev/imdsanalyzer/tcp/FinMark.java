package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.TcpSegment;

/** The FIN of one direction: where it is, and whether its receiver has taken it. */
final class FinMark {
    /** Where none was seen; nothing is noted in it. */
    static final FinMark NONE = new FinMark();

    private boolean seen;
    private boolean verified;
    private boolean told;
    private int position;

    /** A FIN behind the byte before {@code end}. One that certainly arrives counts more than one that may. */
    void see(TcpSegment segment, int end, int doubts) {
        // What IMDS sent is sent, whether it arrived or not.
        boolean certain = doubts == Doubts.NONE && (!segment.fromClient || segment.checksum == Checksum.RIGHT);
        if (!told && (certain || !verified)) {
            seen = true;
            verified |= certain;
            position = end;
        }
    }

    /** The stream went on behind it, so it was none. */
    void passedBy(int next) {
        if (seen && !told && SequenceNumber.isBefore(position, next)) {
            forget();
        }
    }

    void forget() {
        seen = false;
        verified = false;
    }

    boolean isVerified() {
        return verified;
    }

    /** Nobody will say more about it. */
    void believe() {
        verified = true;
    }

    /** Whether it waits for bytes before it, or for its acknowledgment. */
    boolean isPending() {
        return seen && !told;
    }

    int position() {
        return position;
    }

    /** Whether all before it is there, and its receiver took it. */
    boolean isDue(int next, SequenceMarks marks) {
        boolean taken = verified || marks.isAcknowledgedBeyond(position);
        return isPending() && taken && !SequenceNumber.isBefore(next, position);
    }

    void tell() {
        told = true;
    }

    boolean wasTold() {
        return told;
    }
}
