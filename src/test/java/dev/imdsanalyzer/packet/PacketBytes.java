package dev.imdsanalyzer.packet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Headers put together byte by byte, for tests; checksums stay zero since nothing here looks at them. */
public final class PacketBytes {
    public static final int IMDS = 0xA9FEA9FE;
    public static final int CLIENT = 0x0A000005;
    public static final byte[] IMDS6 = IpAddress.IMDS_IPV6.toInetAddress().getAddress();
    public static final byte[] CLIENT6 =
            new IpAddress(0xFD00000000000000L, 5, true).toInetAddress().getAddress();
    public static final int CLIENT_PORT = 40000;

    private PacketBytes() {}

    public static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.put(part);
        }
        return joined.array();
    }

    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    public static byte[] tcp(int sourcePort, int destinationPort, int sequenceNumber, int flags, byte[] payload) {
        return tcpWithOptions(sourcePort, destinationPort, sequenceNumber, flags, new byte[0], payload);
    }

    public static byte[] tcpWithOptions(
            int sourcePort, int destinationPort, int sequenceNumber, int flags, byte[] options, byte[] payload) {
        return tcp(sourcePort, destinationPort, sequenceNumber, 77, flags, options, payload);
    }

    public static byte[] tcp(
            int sourcePort,
            int destinationPort,
            int sequenceNumber,
            int acknowledgmentNumber,
            int flags,
            byte[] options,
            byte[] payload) {
        return ByteBuffer.allocate(20 + options.length + payload.length)
                .putShort((short) sourcePort)
                .putShort((short) destinationPort)
                .putInt(sequenceNumber)
                .putInt(acknowledgmentNumber)
                .put((byte) (((20 + options.length) / 4) << 4))
                .put((byte) flags)
                .putShort((short) 65535)
                .putInt(0)
                .put(options)
                .put(payload)
                .array();
    }

    /** A segment from the client to IMDS. */
    public static byte[] request(String payload) {
        return tcp(CLIENT_PORT, 80, 1000, TcpSegment.PSH | TcpSegment.ACK, ascii(payload));
    }

    /** A segment from IMDS to the client. */
    public static byte[] response(String payload) {
        return tcp(80, CLIENT_PORT, 5000, TcpSegment.PSH | TcpSegment.ACK, ascii(payload));
    }

    public static byte[] ipv4(int source, int destination, int protocol, byte[] payload) {
        return ipv4(source, destination, protocol, 0, 0, new byte[0], payload);
    }

    /**
     * @param flagsAndOffset the 16 bits at 6: flags, and the fragment offset in units of 8 bytes
     * @param options a multiple of 4 bytes
     */
    public static byte[] ipv4(
            int source,
            int destination,
            int protocol,
            int identification,
            int flagsAndOffset,
            byte[] options,
            byte[] payload) {
        int headerLength = 20 + options.length;
        return ByteBuffer.allocate(headerLength + payload.length)
                .put((byte) (0x40 | (headerLength / 4)))
                .put((byte) 0)
                .putShort((short) (headerLength + payload.length))
                .putShort((short) identification)
                .putShort((short) flagsAndOffset)
                .put((byte) 61)
                .put((byte) protocol)
                .putShort((short) 0)
                .putInt(source)
                .putInt(destination)
                .put(options)
                .put(payload)
                .array();
    }

    public static byte[] ipv4Request(String payload) {
        return ipv4(CLIENT, IMDS, 6, request(payload));
    }

    public static byte[] ipv4Response(String payload) {
        return ipv4(IMDS, CLIENT, 6, response(payload));
    }

    public static byte[] ipv6(byte[] source, byte[] destination, int nextHeader, byte[] payload) {
        return ByteBuffer.allocate(40 + payload.length)
                .putInt(0x60000000)
                .putShort((short) payload.length)
                .put((byte) nextHeader)
                .put((byte) 63)
                .put(source)
                .put(destination)
                .put(payload)
                .array();
    }

    public static byte[] ipv6Request(String payload) {
        return ipv6(CLIENT6, IMDS6, 6, request(payload));
    }

    /** Hop-by-hop, routing or destination options of {@code units + 1} times 8 bytes. */
    public static byte[] extension(int nextHeader, int units) {
        byte[] header = new byte[(units + 1) * 8];
        header[0] = (byte) nextHeader;
        header[1] = (byte) units;
        return header;
    }

    /** An IPv6 fragment header. */
    public static byte[] fragmentHeader(int nextHeader, int offset, boolean more, int identification) {
        return ByteBuffer.allocate(8)
                .put((byte) nextHeader)
                .put((byte) 0)
                .putShort((short) (offset | (more ? 1 : 0)))
                .putInt(identification)
                .array();
    }

    public static byte[] ethernet(int etherType, byte[] payload) {
        return ByteBuffer.allocate(14 + payload.length)
                .put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2})
                .putShort((short) etherType)
                .put(payload)
                .array();
    }

    /** What follows the EtherType of a tag: the tag's value, the next EtherType, the rest. */
    public static byte[] vlan(int number, int etherType, byte[] payload) {
        return ByteBuffer.allocate(4 + payload.length)
                .putShort((short) number)
                .putShort((short) etherType)
                .put(payload)
                .array();
    }

    public static byte[] cookedV1(int protocol, byte[] payload) {
        return ByteBuffer.allocate(16 + payload.length)
                .putShort((short) 4)
                .putShort((short) 1)
                .putShort((short) 6)
                .putLong(0x0200000000010000L)
                .putShort((short) protocol)
                .put(payload)
                .array();
    }

    public static byte[] cookedV2(int protocol, int interfaceIndex, byte[] payload) {
        return ByteBuffer.allocate(20 + payload.length)
                .putShort((short) protocol)
                .putShort((short) 0)
                .putInt(interfaceIndex)
                .putShort((short) 1)
                .put((byte) 4)
                .put((byte) 6)
                .putLong(0x0200000000010000L)
                .put(payload)
                .array();
    }

    public static byte[] loopback(byte[] family, byte[] payload) {
        return join(family, payload);
    }

    public static byte[] slice(byte[] bytes, int from, int to) {
        return java.util.Arrays.copyOfRange(bytes, from, to);
    }
}
