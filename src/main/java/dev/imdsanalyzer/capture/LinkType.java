package dev.imdsanalyzer.capture;

/**
 * The link types that this program can decode, as numbers of the pcap file format.
 *
 * <p>Source: https://www.tcpdump.org/linktypes.html
 */
public final class LinkType {
    /** BSD loopback: 4 bytes of address family in the capturing host's byte order. */
    public static final int NULL = 0;

    public static final int ETHERNET = 1;
    /** Raw IP under the numbers that some systems use in memory and some programs leak into files. */
    public static final int RAW_BSD = 12;

    public static final int RAW_OPENBSD = 14;
    /** An IPv4 or IPv6 header at once. */
    public static final int RAW = 101;
    /** OpenBSD loopback: the address family in network byte order. */
    public static final int LOOP = 108;
    /** Linux cooked v1: what libpcap writes for the device "any". */
    public static final int LINUX_SLL = 113;

    public static final int IPV4 = 228;
    public static final int IPV6 = 229;
    /** Linux cooked v2: the same with the interface's index, from libpcap 1.10 on. */
    public static final int LINUX_SLL2 = 276;

    private LinkType() {}

    public static boolean isSupported(int linkType) {
        return switch (linkType) {
            case NULL, ETHERNET, RAW_BSD, RAW_OPENBSD, RAW, LOOP, LINUX_SLL, IPV4, IPV6, LINUX_SLL2 -> true;
            default -> false;
        };
    }

    static CaptureException unsupported(String source, int linkType) {
        return new CaptureException(
                CaptureException.Kind.BAD_DATA,
                source + " has link type " + linkType + ", which this program cannot decode: capture on an Ethernet,"
                        + " tunnel or loopback device, or on \"any\"");
    }
}
