package dev.imdsanalyzer.tcp.segment;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.TcpSegment;

/** The FIN of one direction: where it is, and whether its receiver has taken it. */
public final class FinMark {
    /** Where none was seen; nothing is noted in it. */
    public static final FinMark NONE = new FinMark();

    private boolean seen;
    private boolean verified;
    private boolean told;
    private int position;

    /** A FIN behind the byte before {@code end}. One that certainly arrives counts more than one that may. */
    public void see(TcpSegment segment, int end, int doubts) {
        // What IMDS sent is sent, whether it arrived or not.
        boolean certain = doubts == Doubts.NONE && (!segment.fromClient || segment.checksum == Checksum.RIGHT);
        if (!told && (certain || !verified)) {
            seen = true;
            verified |= certain;
            position = end;
        }
    }

    /** The stream went on behind it, so it was none. */
    public void passedBy(int next) {
        if (seen && !told && SequenceNumber.isBefore(position, next)) {
            forget();
        }
    }

    public void forget() {
        seen = false;
        verified = false;
    }

    public boolean isVerified() {
        return verified;
    }

    /** Nobody will say more about it. */
    public void believe() {
        verified = true;
    }

    /** Whether it waits for bytes before it, or for its acknowledgment. */
    public boolean isPending() {
        return seen && !told;
    }

    public int position() {
        return position;
    }

    /** Whether all before it is there, and its receiver took it. */
    public boolean isDue(int next, SequenceMarks marks) {
        boolean taken = verified || marks.isAcknowledgedBeyond(position);
        return isPending() && taken && !SequenceNumber.isBefore(next, position);
    }

    public void tell() {
        told = true;
    }

    public boolean wasTold() {
        return told;
    }
}
