package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.packet.TcpSegment;

/**
 * Keys of the {@link FlowTable}s: one long each. An IPv4 four-tuple as IMDS has it is told apart by its key alone; for
 * IPv6, and for other servers in the same capture, entries of one key are compared field by field ({@link Flow#matches}).
 *
 * <pre>
 *  63           48 47           32 31                                0
 * +---------------+---------------+----------------------------------+
 * | server, mixed |  client port  |  client address, IPv6 ones mixed |
 * +---------------+---------------+----------------------------------+
 * </pre>
 */
final class FlowKey {
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private FlowKey() {}

    static long ofTuple(TcpSegment segment) {
        long client = segment.ipv6
                ? ((segment.clientHigh * MIX) ^ Long.rotateLeft(segment.clientLow * MIX, 29)) >>> 32
                : segment.clientLow;
        return (client & 0xFFFFFFFFL) | ((segment.clientPort & 0xFFFFL) << 32) | (server(segment) << 48);
    }

    /** What masquerade leaves alone of a handshake: the server's end and the client's initial sequence number. */
    static long ofHandshake(TcpSegment segment, int initialSequenceNumber) {
        return (initialSequenceNumber & 0xFFFFFFFFL) | (server(segment) << 48);
    }

    private static long server(TcpSegment segment) {
        long mixed = (segment.serverHigh * MIX) ^ Long.rotateLeft(segment.serverLow * MIX, 17);
        return ((mixed >>> 40) ^ segment.serverPort) & 0xFFFF;
    }
}
