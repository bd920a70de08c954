package dev.imdsanalyzer.kernel.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The two ends of a socket as sock_diag writes them: struct inet_diag_sockid {be16 idiag_sport, idiag_dport; be32
 * idiag_src[4], idiag_dst[4]; u32 idiag_if; u32 idiag_cookie[2]}; include/uapi/linux/inet_diag.h. Ports and addresses
 * are in network order; an IPv4 address is in the first word.
 *
 * @param localHigh first half of an IPv6 address, 0 for IPv4
 * @param localLow second half of an IPv6 address, or an IPv4 address in the low 32 bits
 */
public record SocketIdentity(
        boolean ipv6, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
    static final int SOURCE_PORT = 0;
    static final int DESTINATION_PORT = 2;
    static final int SOURCE = 4;
    static final int DESTINATION = 20;
    static final int INTERFACE = 36;
    static final int COOKIE = 40;
    static final int SIZE = 48;

    /** INET_DIAG_NOCOOKIE, twice: any socket with these ends. */
    static final long NO_COOKIE = -1L;

    /** Low half of ::ffff:0:0/96; RFC 4291 section 2.5.5.2. */
    static final long MAPPED = 0xFFFFL << 32;

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    int family() {
        return ipv6 ? AF_INET6 : AF_INET;
    }

    /** Writes it at the offset; the buffer has the machine's byte order. */
    void put(ByteBuffer buffer, int offset) {
        putShort(buffer, offset + SOURCE_PORT, localPort);
        putShort(buffer, offset + DESTINATION_PORT, remotePort);
        putAddress(buffer, offset + SOURCE, localHigh, localLow);
        putAddress(buffer, offset + DESTINATION, remoteHigh, remoteLow);
        buffer.putInt(offset + INTERFACE, 0);
        buffer.putLong(offset + COOKIE, NO_COOKIE);
    }

    /** Whether the same ends stand at the offset. A listening socket has the local end alone, so it is never the same. */
    boolean isAt(ByteBuffer buffer, int offset, int family) {
        return getShort(buffer, offset + SOURCE_PORT) == localPort
                && getShort(buffer, offset + DESTINATION_PORT) == remotePort
                && isAddressAt(buffer, offset + SOURCE, family, localHigh, localLow)
                && isAddressAt(buffer, offset + DESTINATION, family, remoteHigh, remoteLow);
    }

    /** Whether the same remote end stands at the offset, whatever the local one is. */
    boolean hasRemoteAt(ByteBuffer buffer, int offset, int family) {
        return getShort(buffer, offset + DESTINATION_PORT) == remotePort
                && isAddressAt(buffer, offset + DESTINATION, family, remoteHigh, remoteLow);
    }

    /** Whether the same local end stands at the offset, whatever the remote one is. */
    boolean hasLocalAt(ByteBuffer buffer, int offset, int family) {
        return getShort(buffer, offset + SOURCE_PORT) == localPort
                && isAddressAt(buffer, offset + SOURCE, family, localHigh, localLow);
    }

    /** The socket that listens at just that address. */
    public static SocketIdentity ofListener(boolean ipv6, long localHigh, long localLow, int localPort) {
        return new SocketIdentity(ipv6, localHigh, localLow, localPort, 0, 0, 0);
    }

    static int localPort(ByteBuffer buffer, int offset) {
        return getShort(buffer, offset + SOURCE_PORT);
    }

    /** The sockets of either family whose other end is that one. */
    public static SocketIdentity ofPeer(boolean ipv6, long remoteHigh, long remoteLow, int remotePort) {
        return new SocketIdentity(ipv6, 0, 0, 0, remoteHigh, remoteLow, remotePort);
    }

    /** An IPv6 socket that speaks IPv4 is found by its IPv4 ends, and then answers with IPv4-mapped ones. */
    private boolean isAddressAt(ByteBuffer buffer, int offset, int family, long high, long low) {
        long first = getLong(buffer, offset);
        if (!ipv6 && family == AF_INET) {
            return (int) (first >>> 32) == (int) low;
        }
        return first == high && getLong(buffer, offset + 8) == (ipv6 ? low : MAPPED | (low & 0xFFFFFFFFL));
    }

    private void putAddress(ByteBuffer buffer, int offset, long high, long low) {
        putLong(buffer, offset, ipv6 ? high : low << 32);
        putLong(buffer, offset + 8, ipv6 ? low : 0);
    }

    private static void putShort(ByteBuffer buffer, int offset, int value) {
        buffer.put(offset, (byte) (value >>> 8));
        buffer.put(offset + 1, (byte) value);
    }

    private static int getShort(ByteBuffer buffer, int offset) {
        return (buffer.get(offset) & 0xFF) << 8 | (buffer.get(offset + 1) & 0xFF);
    }

    private static void putLong(ByteBuffer buffer, int offset, long value) {
        buffer.putLong(offset, isLittleEndian(buffer) ? Long.reverseBytes(value) : value);
    }

    private static long getLong(ByteBuffer buffer, int offset) {
        long value = buffer.getLong(offset);
        return isLittleEndian(buffer) ? Long.reverseBytes(value) : value;
    }

    private static boolean isLittleEndian(ByteBuffer buffer) {
        return buffer.order() == ByteOrder.LITTLE_ENDIAN;
    }
}
