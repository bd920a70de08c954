package dev.imdsanalyzer.tcp.segment;

/**
 * Why the receiver of a segment may not have taken it, as a set of bits. The rules are those of Linux (tcp_rcv_established
 * and tcp_validate_incoming in net/ipv4/tcp_input.c); what a capture cannot know, such as segments that it lost, counts as
 * a doubt too. So a doubtful segment is never discarded for it: what its receiver acknowledged decides.
 */
public final class Doubts {
    public static final int NONE = 0;
    /** Its sum, or its IP header's, is neither right nor left to the network card, though others of its sender are. */
    public static final int CHECKSUM = 1;
    /** It has fewer hops left than others of its sender had at the same place. */
    public static final int TIME_TO_LIVE = 1 << 1;
    /** An older timestamp than one that was taken: RFC 7323 section 5, PAWS. */
    public static final int TIMESTAMP = 1 << 2;
    /** No acknowledgment number. */
    public static final int NO_ACKNOWLEDGMENT = 1 << 3;
    /** It acknowledges what was not seen yet. */
    public static final int UNSENT = 1 << 4;
    /** It begins behind the receive window. */
    public static final int BEHIND_WINDOW = 1 << 5;
    /** Options that make receivers drop what they do not expect: signatures, and those of the IP header. */
    public static final int OPTIONS = 1 << 6;
    /** As {@link #TIMESTAMP}, where the newer one may not have been taken itself. */
    public static final int UNSURE_TIMESTAMP = 1 << 8;
    /**
     * It acknowledges too old a number: RFC 5961 section 5.2, tcp_ack. Linux takes it all the same where its short cut for the
     * usual segment is open (header prediction).
     */
    public static final int OLD_ACKNOWLEDGMENT = 1 << 9;
    /** It ends behind the receive window; the same goes for this one. */
    public static final int WINDOW = 1 << 10;
    /** Payload of a SYN, which counts only with TCP Fast Open (RFC 7413). */
    public static final int SYN_PAYLOAD = 1 << 7;

    private Doubts() {}

    /** Whether no receiver at all would take it. */
    public static boolean areCertain(int doubts) {
        return (doubts & CHECKSUM) != 0;
    }

    /** Whether this receiver, as far as it is known, does not take it. */
    public static boolean exclude(int doubts) {
        return (doubts & (CHECKSUM | TIMESTAMP | NO_ACKNOWLEDGMENT | UNSENT | BEHIND_WINDOW)) != 0;
    }
}
