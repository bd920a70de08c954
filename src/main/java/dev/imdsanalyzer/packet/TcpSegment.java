package dev.imdsanalyzer.packet;

/**
 * View of one TCP segment to or from IMDS, with what its IP header said.
 *
 * <p>The payload bytes belong to the frame below and are valid only during {@link PacketHandler#onSegment}. One
 * instance serves a decoder for its whole life.
 *
 * <p>Addresses are given as in {@link IpAddress}: IPv4 in the low 32 bits of the low word.
 */
public final class TcpSegment {
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;

    /** Capture time, nanoseconds since 1970-01-01T00:00:00Z. */
    public long timestampNanos;
    /** Index of the interface it was seen on, from Linux cooked v2; 0 where the link type does not tell. */
    public int interfaceIndex;
    /** Which way it went through that interface. */
    public Travel travel = Travel.UNKNOWN;
    /** Whether that interface was a loopback device. */
    public boolean loopback;
    /** True on the way from the client to IMDS. */
    public boolean fromClient;

    public boolean ipv6;
    public long clientHigh;
    public long clientLow;
    public int clientPort;
    public long serverHigh;
    public long serverLow;
    public int serverPort;

    /** IPv4 time to live or IPv6 hop limit, 0 to 255. */
    public int timeToLive;
    /** First sequence number of the segment (of the SYN, where it has one), as an unsigned 32-bit value. */
    public int sequenceNumber;

    public int acknowledgmentNumber;
    /** The flags byte of RFC 9293 section 3.1. */
    public int flags;
    /** As it stands in the header, 0 to 65,535: not scaled. */
    public int window;
    /** Counted from {@link #sequenceNumber}, 0 to 65,535; means something with {@link #URG} only. */
    public int urgentPointer;
    /** Whether its sums are what its receiver wants. */
    public Checksum checksum = Checksum.RIGHT;
    /** The options of the TCP header, as far as the capture has them. */
    public final TcpOptions options = new TcpOptions();
    /** Whether its IP header has options, or extension headers. */
    public boolean networkOptions;

    /** Whether it was put together from IP fragments of which others may have arrived. */
    public boolean contradicted;

    public byte[] buffer = new byte[0];
    public int payloadOffset;
    /** Payload bytes that were captured. */
    public int payloadLength;
    /** Payload bytes that were on the wire and are not in the capture; they follow the captured ones. */
    public int payloadMissing;

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    public FourTuple fourTuple() {
        return new FourTuple(
                new IpAddress(clientHigh, clientLow, ipv6),
                clientPort,
                new IpAddress(serverHigh, serverLow, ipv6),
                serverPort);
    }
}
