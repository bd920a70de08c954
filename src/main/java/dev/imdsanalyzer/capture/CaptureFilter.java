package dev.imdsanalyzer.capture;

/**
 * What the kernel lets through to us, as pcap-filter(7) expressions; everything else costs this process nothing.
 *
 * <p>Besides segments of port 80, fragments pass (only a packet's first one has the ports), IPv6 packets with extension
 * headers (the filter cannot walk them) and time-exceeded messages. The decoder looks at each of those again.
 */
final class CaptureFilter {
    private static final String IPV4 = "(ip host 169.254.169.254 and (tcp port 80 or ip[6:2] & 0x1fff != 0"
            + " or (ip proto 1 and icmp[0] = 11)))";

    /** 0 hop-by-hop, 43 routing, 44 fragment, 51 authentication, 60 destination options; 58 with type 3 time exceeded. */
    private static final String IPV6 = "(ip6 host fd00:ec2::254 and (tcp port 80 or ip6[6] = 0 or ip6[6] = 43"
            + " or ip6[6] = 44 or ip6[6] = 51 or ip6[6] = 60 or (ip6[6] = 58 and ip6[40] = 3)))";

    static final String IMDS = "(" + IPV4 + " or " + IPV6 + ")";

    /**
     * The same behind one or two VLAN tags. A tag that the kernel took out of the frame is no matter: the first part
     * matches then. "vlan" moves all offsets of what follows it, so it has to stand last.
     */
    static final String IMDS_WITH_VLAN = "(" + IMDS + " or (vlan and (" + IMDS + " or (vlan and " + IMDS + "))))";

    /** Bytes of a tag that stand before the packet: its number and the EtherType of what follows. */
    private static final int TAG_LENGTH = 4;

    private CaptureFilter() {}

    /** The filter for frames of that type. */
    static String of(int linkType) {
        return switch (linkType) {
            case LinkType.ETHERNET -> IMDS_WITH_VLAN;
            case LinkType.LINUX_SLL -> "(" + IMDS + " or " + taggedBehind(16) + ")";
            case LinkType.LINUX_SLL2 -> "(" + IMDS + " or " + taggedBehind(20) + ")";
            default -> IMDS;
        };
    }

    /**
     * On cooked links the kernel always takes the outer tag; of two the inner one stays, and "vlan" is not known there.
     * The addresses have to be enough: few such frames are for IMDS, and the decoder looks at the rest.
     *
     * @param header length of the link's header, in bytes
     */
    private static String taggedBehind(int header) {
        int packet = header + TAG_LENGTH;
        return "(ether proto 0x8100 and ((" + word(header + 2, 2) + "0x0800 and (" + ipv4(packet + 12) + " or "
                + ipv4(packet + 16) + ")) or (" + word(header + 2, 2) + "0x86dd and (" + ipv6(packet + 8) + " or "
                + ipv6(packet + 24) + "))))";
    }

    private static String ipv4(int offset) {
        return word(offset, 4) + "0xa9fea9fe";
    }

    private static String ipv6(int offset) {
        return "(" + word(offset, 4) + "0xfd000ec2 and " + word(offset + 4, 4) + "0 and " + word(offset + 8, 4)
                + "0 and " + word(offset + 12, 4) + "0x254)";
    }

    private static String word(int offset, int length) {
        return "link[" + offset + ":" + length + "] = ";
    }

    /** Of those, the frames of at least that many bytes. The length has to be asked before any VLAN tag is. */
    static String longerThan(int length, String expression) {
        return "greater " + length + " and " + expression;
    }
}
