package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.NetworkOrder.uint8;

/**
 * The part of an ICMP or ICMPv6 error that matters here: RFC 792 (time exceeded), RFC 4443 section 3.3.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |      Type     |      Code     |           Checksum            |  0
 * +---------------+---------------+-------------------------------+
 * |                             unused                            |  4
 * +---------------------------------------------------------------+
 * |  the packet that died: its IP header and at least 8 bytes     |  8
 * +---------------------------------------------------------------+
 * </pre>
 */
final class IcmpHeader {
    static final int ICMP_PROTOCOL = 1;
    static final int ICMPV6_PROTOCOL = 58;
    static final int LENGTH = 8;

    private static final int ICMP_TIME_EXCEEDED = 11;
    private static final int ICMPV6_TIME_EXCEEDED = 3;
    private static final int EXCEEDED_IN_TRANSIT = 0;

    private IcmpHeader() {}

    /** Whether a packet ran out of its IPv4 time to live on the way; the caller knows that {@link #LENGTH} bytes are there. */
    static boolean isTimeExceeded(byte[] buffer, int offset) {
        return uint8(buffer, offset) == ICMP_TIME_EXCEEDED && uint8(buffer, offset + 1) == EXCEEDED_IN_TRANSIT;
    }

    /** The same for the IPv6 hop limit. */
    static boolean isIpv6TimeExceeded(byte[] buffer, int offset) {
        return uint8(buffer, offset) == ICMPV6_TIME_EXCEEDED && uint8(buffer, offset + 1) == EXCEEDED_IN_TRANSIT;
    }
}
