package dev.imdsanalyzer.packet;

/**
 * What a segment's checksum says of whether its receiver took it. A capture on the sending host sees sums that the network
 * card is still to finish; nothing in the packet tells such a packet from one that somebody made so.
 */
public enum Checksum {
    /** Of the whole segment, as the receiver wants it (RFC 9293 section 3.1). */
    RIGHT,
    /** Of the pseudo header alone, or none: what a sender leaves that lets the network card do the rest. */
    LEFT_TO_DEVICE,
    /** The capture cut bytes off. */
    UNKNOWN,
    /** Neither; nor may it be that of the IPv4 header. No receiver takes it as it is. */
    WRONG
}
