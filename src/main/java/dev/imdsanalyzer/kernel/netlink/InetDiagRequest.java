package dev.imdsanalyzer.kernel.netlink;

import java.nio.ByteBuffer;

/**
 * A question to sock_diag: struct nlmsghdr and struct inet_diag_req_v2 {u8 sdiag_family, sdiag_protocol, idiag_ext, pad;
 * u32 idiag_states; struct inet_diag_sockid id}, 56 bytes; include/uapi/linux/inet_diag.h. Layout is checked by
 * InetDiagLayoutTest.
 */
final class InetDiagRequest {
    static final int FAMILY = NetlinkHeader.SIZE;
    static final int PROTOCOL = FAMILY + 1;
    static final int STATES = FAMILY + 4;
    static final int ID = FAMILY + 8;
    /** {@code sizeof(struct inet_diag_req_v2)}. */
    static final int BODY_SIZE = 8 + SocketIdentity.SIZE;

    static final int SIZE = NetlinkHeader.SIZE + BODY_SIZE;

    /** include/uapi/linux/sock_diag.h. */
    static final short SOCK_DIAG_BY_FAMILY = 20;

    static final byte IPPROTO_TCP = 6;

    /** Bit n stands for state n of include/net/tcp_states.h; all but TIME_WAIT (6) and LISTEN (10). */
    static final int CONNECTED_STATES = 0xFFF & ~(1 << 6) & ~(1 << 10);

    /** The same with TIME_WAIT: what is over, but not long ago. */
    static final int ONCE_CONNECTED_STATES = CONNECTED_STATES | 1 << 6;

    static final int LISTENING_STATES = 1 << InetDiagMessage.TCP_LISTEN;

    private InetDiagRequest() {}

    /**
     * Writes a question to the start of the buffer.
     *
     * @param dump false asks for exactly this socket, true for all those with its ports
     */
    static void put(ByteBuffer buffer, SocketIdentity identity, int sequence, boolean dump) {
        put(buffer, identity, sequence, dump, CONNECTED_STATES);
    }

    /** The same for sockets in some of these states; in a dump a port of 0 stands for any. */
    static void put(ByteBuffer buffer, SocketIdentity identity, int sequence, boolean dump, int states) {
        buffer.putInt(NetlinkHeader.LENGTH, SIZE);
        buffer.putShort(NetlinkHeader.TYPE, SOCK_DIAG_BY_FAMILY);
        buffer.putShort(
                NetlinkHeader.FLAGS, (short) (NetlinkHeader.NLM_F_REQUEST | (dump ? NetlinkHeader.NLM_F_DUMP : 0)));
        buffer.putInt(NetlinkHeader.SEQUENCE, sequence);
        buffer.putInt(NetlinkHeader.PORT, 0);
        buffer.put(FAMILY, (byte) identity.family());
        buffer.put(PROTOCOL, IPPROTO_TCP);
        buffer.putShort(PROTOCOL + 1, (short) 0);
        buffer.putInt(STATES, states);
        identity.put(buffer, ID);
    }
}
