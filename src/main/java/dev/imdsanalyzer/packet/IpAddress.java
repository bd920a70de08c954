package dev.imdsanalyzer.packet;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 or IPv6 address as a value.
 *
 * @param high the first 64 bits of an IPv6 address, 0 for IPv4
 * @param low the last 64 bits of an IPv6 address; an IPv4 address in its low 32 bits, first octet most significant
 * @param ipv6 which of the two it is
 */
public record IpAddress(long high, long low, boolean ipv6) {
    /** 169.254.169.254, where IMDS answers by IPv4. */
    public static final IpAddress IMDS_IPV4 = new IpAddress(0, 0xA9FEA9FEL, false);

    /** fd00:ec2::254, where IMDS answers by IPv6. */
    public static final IpAddress IMDS_IPV6 = new IpAddress(0xFD000EC200000000L, 0x254L, true);

    public static IpAddress ipv4(int address) {
        return new IpAddress(0, address & 0xFFFFFFFFL, false);
    }

    /** Written out, as {@link FourTuple#equals} is. */
    @Override
    public boolean equals(Object other) {
        return other instanceof IpAddress address && low == address.low && high == address.high && ipv6 == address.ipv6;
    }

    @Override
    public int hashCode() {
        return (Long.hashCode(high) * 31 + Long.hashCode(low)) * 31 + Boolean.hashCode(ipv6);
    }

    /** IPv4 in dotted decimal, IPv6 as RFC 5952 wants it. */
    @Override
    public String toString() {
        if (!ipv6) {
            return octet(3) + "." + octet(2) + "." + octet(1) + "." + octet(0);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (high >>> (48 - 16 * i)) & 0xFFFF;
            groups[i + 4] = (int) (low >>> (48 - 16 * i)) & 0xFFFF;
        }
        return compressed(groups);
    }

    private long octet(int position) {
        return (low >>> (8 * position)) & 0xFF;
    }

    /** RFC 5952 section 4: the first longest run of two or more zero groups becomes "::". */
    private static String compressed(int[] groups) {
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > runLength) {
                runStart = i;
                runLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == runStart) {
                text.append("::");
                i += runLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }

    /** The same address for the JDK's network classes. */
    public InetAddress toInetAddress() {
        byte[] octets = new byte[ipv6 ? 16 : 4];
        for (int i = 0; i < octets.length; i++) {
            int bit = 8 * (octets.length - 1 - i);
            octets[i] = (byte) (bit >= 64 ? high >>> (bit - 64) : low >>> bit);
        }
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 octets are always an address", e);
        }
    }
}
