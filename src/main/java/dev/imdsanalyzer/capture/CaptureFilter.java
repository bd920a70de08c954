package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.kernel.packet.SocketFilter;
import dev.imdsanalyzer.kernel.packet.SocketFilter.Ancillary;

/**
 * What the kernel lets through to us; everything else costs this process nothing.
 *
 * <p>Besides segments of port 80, fragments pass (only a packet's first one has the ports), IPv6 packets with extension
 * headers (the filter does not walk them) and time-exceeded messages. The decoder looks at each of those again.
 *
 * <p>The program sees packets from their IP header on. A VLAN tag was taken out of them before, but of two the inner one
 * still stands there. Behind a tag the addresses have to be enough: few such packets are for IMDS.
 */
final class CaptureFilter {
    private static final int IMDS_IPV4 = 0xA9FEA9FE;

    /** fd00:ec2::254. */
    private static final int[] IMDS_IPV6 = {0xFD000EC2, 0, 0, 0x254};

    private static final int PORT = 80;
    private static final int TCP = 6;
    private static final int ICMP = 1;
    private static final int ICMP_TIME_EXCEEDED = 11;
    private static final int ICMPV6 = 58;
    private static final int ICMPV6_TIME_EXCEEDED = 3;

    /** Hop-by-hop, routing, fragment, authentication, destination options. */
    private static final int[] EXTENSIONS = {0, 43, 44, 51, 60};

    private static final int IPV4_SOURCE = 12;
    private static final int IPV4_DESTINATION = 16;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int IPV6_SOURCE = 8;
    private static final int IPV6_DESTINATION = 24;
    private static final int IPV6_HEADER = 40;
    private static final int TAG = 4;

    /** PACKET_OUTGOING of linux/if_packet.h, ARPHRD_LOOPBACK of linux/if_arp.h. */
    private static final int OUTGOING = 4;

    private static final int LOOPBACK = 772;

    private static final String TAGGED = "tagged";
    private static final String KEEP = "keep";
    private static final String DROP = "drop";

    private CaptureFilter() {}

    /**
     * For packets of IMDS that have so many bytes from their IP header on.
     *
     * @param minLength 0 or more
     * @param maxLength not less than {@code minLength}
     * @param snapLength bytes to keep of each
     */
    static SocketFilter of(int minLength, int maxLength, int snapLength) {
        return of(minLength, maxLength, Integer.MAX_VALUE, snapLength);
    }

    /** The same, and for those that are longer than {@code longLength}. */
    static SocketFilter of(int minLength, int maxLength, int longLength, int snapLength) {
        SocketFilter filter = new SocketFilter();
        filter.loadLength().ifGreater(longLength, "length is right").ifGreater(maxLength, DROP);
        if (minLength > 0) {
            filter.unlessGreater(minLength - 1, DROP);
        }
        filter.label("length is right");
        // What a host sends to itself is seen leaving and coming.
        filter.loadAncillary(Ancillary.PACKET_TYPE)
                .unlessEqual(OUTGOING, "packet")
                .loadAncillary(Ancillary.HARDWARE_TYPE)
                .ifEqual(LOOPBACK, DROP);
        filter.label("packet").loadByte(0).and(0xF0).ifEqual(0x60, "ipv6").unlessEqual(0x40, TAGGED);
        ipv4(filter);
        ipv6(filter);
        tagged(filter);
        return filter.label(DROP).drop().label(KEEP).keep(snapLength);
    }

    private static void ipv4(SocketFilter filter) {
        // What begins like an IP header may still be a tag of some priority.
        filter.loadWord(IPV4_SOURCE)
                .ifEqual(IMDS_IPV4, "ipv4 of IMDS")
                .loadWord(IPV4_DESTINATION)
                .unlessEqual(IMDS_IPV4, TAGGED);
        filter.label("ipv4 of IMDS")
                .loadHalf(6)
                .ifAnySet(0x1FFF, KEEP)
                .indexHeaderLength(0)
                .loadByte(9)
                .ifEqual(ICMP, "icmp")
                .unlessEqual(TCP, DROP)
                .loadIndexedHalf(0)
                .ifEqual(PORT, KEEP)
                .loadIndexedHalf(2)
                .ifEqual(PORT, KEEP)
                .drop();
        filter.label("icmp")
                .loadIndexedByte(0)
                .ifEqual(ICMP_TIME_EXCEEDED, KEEP)
                .drop();
    }

    private static void ipv6(SocketFilter filter) {
        filter.label("ipv6");
        unlessImdsIpv6(filter, IPV6_SOURCE, "ipv6 destination").goTo("ipv6 of IMDS");
        filter.label("ipv6 destination");
        unlessImdsIpv6(filter, IPV6_DESTINATION, TAGGED);
        filter.label("ipv6 of IMDS").loadByte(IPV6_NEXT_HEADER);
        for (int extension : EXTENSIONS) {
            filter.ifEqual(extension, KEEP);
        }
        filter.ifEqual(ICMPV6, "icmpv6")
                .unlessEqual(TCP, DROP)
                .loadHalf(IPV6_HEADER)
                .ifEqual(PORT, KEEP)
                .loadHalf(IPV6_HEADER + 2)
                .ifEqual(PORT, KEEP)
                .drop();
        filter.label("icmpv6")
                .loadByte(IPV6_HEADER)
                .ifEqual(ICMPV6_TIME_EXCEEDED, KEEP)
                .drop();
    }

    private static void tagged(SocketFilter filter) {
        filter.label(TAGGED)
                .loadHalf(2)
                .ifEqual(0x86DD, "tagged ipv6")
                .unlessEqual(0x0800, DROP)
                .loadWord(TAG + IPV4_SOURCE)
                .ifEqual(IMDS_IPV4, KEEP)
                .loadWord(TAG + IPV4_DESTINATION)
                .ifEqual(IMDS_IPV4, KEEP)
                .drop();
        filter.label("tagged ipv6");
        unlessImdsIpv6(filter, TAG + IPV6_SOURCE, "tagged ipv6 destination").goTo(KEEP);
        filter.label("tagged ipv6 destination");
        unlessImdsIpv6(filter, TAG + IPV6_DESTINATION, DROP).goTo(KEEP);
    }

    private static SocketFilter unlessImdsIpv6(SocketFilter filter, int offset, String label) {
        for (int word = 0; word < IMDS_IPV6.length; word++) {
            filter.loadWord(offset + Integer.BYTES * word).unlessEqual(IMDS_IPV6[word], label);
        }
        return filter;
    }
}
