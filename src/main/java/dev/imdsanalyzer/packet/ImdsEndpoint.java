package dev.imdsanalyzer.packet;

/** The addresses and the port at which IMDS answers, as the decoder compares them. */
final class ImdsEndpoint {
    static final int IPV4 = (int) IpAddress.IMDS_IPV4.low();
    static final long IPV6_HIGH = IpAddress.IMDS_IPV6.high();
    static final long IPV6_LOW = IpAddress.IMDS_IPV6.low();
    static final int PORT = 80;

    private ImdsEndpoint() {}

    static boolean isIpv6(long high, long low) {
        return low == IPV6_LOW && high == IPV6_HIGH;
    }
}
