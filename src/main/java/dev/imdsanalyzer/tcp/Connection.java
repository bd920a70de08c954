package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.packet.FourTuple;

/** One TCP connection to IMDS as the stages after reassembly see it. Confined to the capture thread but for its final fields. */
public interface Connection {
    /** Unique in this run of the program, from 1 up. */
    long id();

    /**
     * The ends as the caller made them: before masquerade, where both sides were seen. Settled with the first segment,
     * unless the capture delivered a later sight of it (behind the masquerade) first.
     */
    FourTuple fourTuple();

    /** Time of the first segment, nanoseconds since 1970-01-01T00:00:00Z. */
    long openedNanos();

    /** Whether its SYN or the SYN's answer was seen; if not, it was open before the capture began or both were lost. */
    boolean synSeen();

    /**
     * The sequence number of the client's SYN, 0 to 2^32 - 1, which masquerade leaves alone; -1 if neither the SYN nor its
     * answer was seen.
     */
    long initialSequenceNumber();

    /** Time to live of the newest segment from IMDS with payload, at the first place where it was seen; 0 if none. */
    int responseTimeToLive();

    /** Number of segments with payload that were seen a second time at the place where the first was seen. */
    int retransmissions(Direction direction);

    /** Whether an ICMP time-exceeded message quoted one of the segments from IMDS. */
    boolean timeExceededSeen();

    /**
     * Whether IMDS's answers so far, the one to the SYN included, were all made on this host, as only a capture on all its
     * devices can tell; false while there was none.
     */
    default boolean answeredFromHere() {
        return false;
    }

    /**
     * Whether the client acknowledged all payload from IMDS that was seen so far; false while there was none. An
     * acknowledgment comes only from a client that received the bytes, so false some time after a response says that
     * it did not arrive.
     */
    boolean responseAcknowledged();

    /**
     * Sequence number behind the bytes of that direction that were presented last, 0 to 2^32 - 1; -1 if it is not known. The
     * place of a message in it tells messages apart also where others are missing.
     */
    default long presentedEnd(Direction direction) {
        return -1;
    }

    /**
     * How far the sender of the newest of these bytes had received the other direction: the acknowledgment number of their
     * segment, 0 to 2^32 - 1; -1 if it is not known.
     */
    default long presentedAcknowledgment(Direction direction) {
        return -1;
    }

    /** What the next stage keeps for this connection; null at first. */
    Object attachment();

    void attach(Object attachment);
}
