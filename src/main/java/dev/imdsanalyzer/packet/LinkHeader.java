package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.NetworkOrder.int32;
import static dev.imdsanalyzer.packet.NetworkOrder.uint16;
import static dev.imdsanalyzer.packet.NetworkOrder.uint8;

import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.LinkType;

/**
 * View of what stands before the IP header: which network protocol follows, and where.
 *
 * <pre>
 * Ethernet (IEEE 802.3)      Linux cooked v1            Linux cooked v2
 *  0 destination    6         0 packet type   2          0 protocol         2
 *  6 source         6         2 ARPHRD_ type  2          2 reserved         2
 * 12 EtherType      2         4 address size  2          4 interface index  4
 *                             6 address       8          8 ARPHRD_ type     2
 *                            14 protocol      2         10 packet type      1
 *                                                       11 address size     1
 *                                                       12 address          8
 *
 * IEEE 802.1Q tag, before the EtherType it belongs to:
 *  0 0x8100, 0x88a8 or 0x9100   2
 *  2 priority and VLAN number   2
 * </pre>
 *
 * <p>All fields are big-endian, except the 4-byte address family of BSD loopback, which is in the order of the host
 * that captured. Sources: https://www.tcpdump.org/linktypes.html; LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2 there.
 */
final class LinkHeader {
    static final int ETHERTYPE_IPV4 = 0x0800;
    static final int ETHERTYPE_IPV6 = 0x86DD;

    /** Protocol of a frame that carries no IP. */
    static final int OTHER = 0;

    private static final int ETHERNET_TYPE_OFFSET = 12;
    private static final int SLL_PROTOCOL_OFFSET = 14;
    private static final int SLL2_INTERFACE_INDEX_OFFSET = 4;
    private static final int SLL2_HARDWARE_TYPE_OFFSET = 8;
    private static final int SLL2_PACKET_TYPE_OFFSET = 10;
    private static final int SLL_HARDWARE_TYPE_OFFSET = 2;
    private static final int SLL2_LENGTH = 20;
    /** PACKET_OUTGOING of linux/if_packet.h; those below it came in. */
    private static final int PACKET_OUTGOING = 4;

    /** ARPHRD_LOOPBACK of linux/if_arp.h. */
    private static final int HARDWARE_LOOPBACK = 772;

    private static final int LOOPBACK_LENGTH = 4;
    private static final int TAG_LENGTH = 4;
    /** Two tags are the standard; a few more are seen in provider networks. */
    private static final int MAX_TAGS = 4;

    private static final int IPV4_HEADER_LENGTH = 20;
    private static final int IPV6_HEADER_LENGTH = 40;

    /** What an Ethernet pads a shorter payload to, in bytes. */
    private static final int SHORTEST_PAYLOAD = 46;

    private static final int AF_INET = 2;

    private int protocol;
    private int networkOffset;
    private int interfaceIndex;
    private Travel travel = Travel.UNKNOWN;
    private boolean loopback;

    /**
     * Looks at a frame.
     *
     * @return false where the frame is too short for the header that its link type promises
     */
    boolean wrap(Frame frame) {
        byte[] buffer = frame.buffer();
        int start = frame.offset();
        int end = start + frame.capturedLength();
        protocol = OTHER;
        networkOffset = start;
        interfaceIndex = 0;
        travel = Travel.UNKNOWN;
        loopback = false;
        return switch (frame.linkType()) {
            case LinkType.ETHERNET -> etherType(buffer, start + ETHERNET_TYPE_OFFSET, end);
            case LinkType.LINUX_SLL ->
                cookedTravel(buffer, start + 1, start + SLL_HARDWARE_TYPE_OFFSET, end)
                        && etherType(buffer, start + SLL_PROTOCOL_OFFSET, end)
                        && skipUntoldTag(frame, buffer, end);
            case LinkType.LINUX_SLL2 -> cookedV2(buffer, start, end) && skipUntoldTag(frame, buffer, end);
            case LinkType.RAW, LinkType.RAW_BSD, LinkType.RAW_OPENBSD -> byVersion(buffer, start, end);
            case LinkType.IPV4 -> raw(ETHERTYPE_IPV4);
            case LinkType.IPV6 -> raw(ETHERTYPE_IPV6);
            case LinkType.NULL, LinkType.LOOP -> bsdLoopback(buffer, start, end);
            default -> true;
        };
    }

    /** {@link #ETHERTYPE_IPV4}, {@link #ETHERTYPE_IPV6}, or any other value for what is no IP. */
    int protocol() {
        return protocol;
    }

    /** Index of the first byte after this header and its VLAN tags. */
    int networkOffset() {
        return networkOffset;
    }

    /** From Linux cooked v2; 0 with the other link types. */
    int interfaceIndex() {
        return interfaceIndex;
    }

    /** From Linux cooked captures; {@link Travel#UNKNOWN} with the other link types. */
    Travel travel() {
        return travel;
    }

    /** Whether the device was a loopback one, which no packet of another machine passes. From Linux cooked captures. */
    boolean loopback() {
        return loopback;
    }

    private boolean cookedTravel(byte[] buffer, int typeOffset, int hardwareOffset, int end) {
        if (typeOffset >= end || hardwareOffset + 2 > end) {
            return false;
        }
        int type = uint8(buffer, typeOffset);
        travel = type == PACKET_OUTGOING ? Travel.OUT : type < PACKET_OUTGOING ? Travel.IN : Travel.UNKNOWN;
        loopback = uint16(buffer, hardwareOffset) == HARDWARE_LOOPBACK;
        return true;
    }

    private boolean etherType(byte[] buffer, int typeOffset, int end) {
        int offset = typeOffset;
        for (int tags = 0; tags <= MAX_TAGS; tags++) {
            if (offset + 2 > end) {
                return false;
            }
            protocol = uint16(buffer, offset);
            networkOffset = offset + 2;
            if (!isTag(protocol)) {
                return true;
            }
            offset += TAG_LENGTH;
        }
        protocol = OTHER;
        return true;
    }

    private static boolean isTag(int etherType) {
        return etherType == 0x8100 || etherType == 0x88A8 || etherType == 0x9100;
    }

    private boolean cookedV2(byte[] buffer, int start, int end) {
        if (start + SLL2_LENGTH > end) {
            return false;
        }
        interfaceIndex = int32(buffer, start + SLL2_INTERFACE_INDEX_OFFSET);
        cookedTravel(buffer, start + SLL2_PACKET_TYPE_OFFSET, start + SLL2_HARDWARE_TYPE_OFFSET, end);
        protocol = uint16(buffer, start);
        networkOffset = start + SLL2_LENGTH;
        // A tag that was left in the packet: its number stands in the protocol field, the rest before the payload.
        return !isTag(protocol) || etherType(buffer, networkOffset + 2, end);
    }

    /**
     * Of two tags the kernel takes the outer one and leaves the inner one before the packet. Since Linux 6.10
     * (vlan_get_protocol_dgram) the protocol field tells what is behind that tag, and nothing tells of the tag. A packet
     * that happens to look like one is known by its length.
     */
    private boolean skipUntoldTag(Frame frame, byte[] buffer, int end) {
        int packet = networkOffset + TAG_LENGTH;
        int ipHeader = protocol == ETHERTYPE_IPV4 ? IPV4_HEADER_LENGTH : IPV6_HEADER_LENGTH;
        if ((protocol != ETHERTYPE_IPV4 && protocol != ETHERTYPE_IPV6)
                || packet + ipHeader > end
                || uint16(buffer, networkOffset + 2) != protocol) {
            return true;
        }
        int length = frame.originalLength() - (networkOffset - frame.offset());
        if (isPacket(buffer, packet, length - TAG_LENGTH) && !isPacket(buffer, networkOffset, length)) {
            networkOffset = packet;
        }
        return true;
    }

    /** Whether an IP header of the protocol stands there, whose packet has just that many bytes or is padded to them. */
    private boolean isPacket(byte[] buffer, int offset, int length) {
        int version = uint8(buffer, offset) >>> 4;
        if (protocol == ETHERTYPE_IPV4) {
            int told = uint16(buffer, offset + 2);
            return version == 4 && (told == length || (told < length && length <= SHORTEST_PAYLOAD));
        }
        int told = IPV6_HEADER_LENGTH + uint16(buffer, offset + 4);
        return version == 6 && (told == length || (told < length && length <= SHORTEST_PAYLOAD));
    }

    private boolean raw(int knownProtocol) {
        protocol = knownProtocol;
        return true;
    }

    private boolean byVersion(byte[] buffer, int start, int end) {
        if (start >= end) {
            return false;
        }
        int version = uint8(buffer, start) >>> 4;
        if (version == 4) {
            protocol = ETHERTYPE_IPV4;
        } else if (version == 6) {
            protocol = ETHERTYPE_IPV6;
        }
        return true;
    }

    /**
     * LINKTYPE_NULL has the family in the capturing host's byte order, LINKTYPE_LOOP in network order. Families are
     * below 256, so the right order is the one that gives a small number. AF_INET6 differs by system: 10, 24, 28, 30.
     */
    private boolean bsdLoopback(byte[] buffer, int start, int end) {
        if (start + LOOPBACK_LENGTH > end) {
            return false;
        }
        int family = int32(buffer, start);
        if ((family & 0xFFFFFF00) != 0) {
            family = Integer.reverseBytes(family);
        }
        networkOffset = start + LOOPBACK_LENGTH;
        if (family == AF_INET) {
            protocol = ETHERTYPE_IPV4;
        } else if (family == 10 || family == 24 || family == 28 || family == 30) {
            protocol = ETHERTYPE_IPV6;
        }
        return true;
    }
}
