package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.packet.FourTuple;

/** One TCP connection to IMDS as the stages after reassembly see it. Confined to the capture thread but for its final fields. */
public interface Connection {
    /** Unique in this run of the program, from 1 up. */
    long id();

    /** The ends as the caller made them: before masquerade, where both sides were seen. */
    FourTuple fourTuple();

    /** Time of the first segment, nanoseconds since 1970-01-01T00:00:00Z. */
    long openedNanos();

    /** Whether its SYN was seen; if not, it was open before the capture began or the SYN was lost. */
    boolean synSeen();

    /** Time to live of the newest segment from IMDS with payload, at the first place where it was seen; 0 if none. */
    int responseTimeToLive();

    /** Number of segments with payload that were seen a second time at the place where the first was seen. */
    int retransmissions(Direction direction);

    /** Whether an ICMP time-exceeded message quoted one of the segments from IMDS. */
    boolean timeExceededSeen();

    /** What the next stage keeps for this connection; null at first. */
    Object attachment();

    void attach(Object attachment);
}
