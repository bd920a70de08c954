package dev.imdsanalyzer.kernel.netlink;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One sock_diag answer: which inode and user own a TCP socket.
 *
 * <p>Shape: struct inet_diag_msg, 72 bytes, host order except the ports and addresses (network order); idiag_uid at 64,
 * idiag_inode at 68. Header: include/uapi/linux/inet_diag.h. Layout is checked by InetDiagLayoutTest.
 *
 * @param state of include/net/tcp_states.h: 1 established, 2 SYN sent, 6 time wait …
 * @param userId whose socket it is, as our user namespace has it
 * @param inode 0 means that the kernel has no file for the socket (for example TIME_WAIT), not an error
 * @param cgroupId of the cgroup that the socket was made in, in the unified hierarchy; 0 where the kernel (before 5.8)
 *     does not tell
 */
public record InetDiagMessage(int state, long userId, long inode, long cgroupId) {
    static final int FAMILY = 0;
    static final int STATE = 1;
    static final int ID = 4;
    static final int USER_ID = 64;
    static final int INODE = 68;
    /** {@code sizeof(struct inet_diag_msg)}. */
    static final int SIZE = 72;

    static final int TCP_LISTEN = 10;

    /** struct nlattr {u16 nla_len, nla_type}, include/uapi/linux/netlink.h; attributes follow the message. */
    private static final int ATTRIBUTE_HEADER = 4;

    private static final int INET_DIAG_CGROUP_ID = 21;

    /** Reads the answer that is between the offsets; null when it is about another socket. */
    static @Nullable InetDiagMessage read(ByteBuffer buffer, int offset, int end, SocketIdentity identity) {
        int state = buffer.get(offset + STATE) & 0xFF;
        // An exact question about a connection that is gone is answered with the listener of the same port.
        if (state == TCP_LISTEN || !identity.isAt(buffer, offset + ID, buffer.get(offset + FAMILY))) {
            return null;
        }
        return new InetDiagMessage(
                state,
                buffer.getInt(offset + USER_ID) & 0xFFFFFFFFL,
                buffer.getInt(offset + INODE) & 0xFFFFFFFFL,
                cgroupId(buffer, offset + SIZE, end));
    }

    static long cgroupId(ByteBuffer buffer, int start, int end) {
        int attribute = start;
        while (attribute + ATTRIBUTE_HEADER <= end) {
            int length = buffer.getShort(attribute) & 0xFFFF;
            boolean whole = length >= ATTRIBUTE_HEADER && attribute + length <= end;
            if (whole
                    && buffer.getShort(attribute + 2) == INET_DIAG_CGROUP_ID
                    && length == ATTRIBUTE_HEADER + Long.BYTES) {
                return buffer.getLong(attribute + ATTRIBUTE_HEADER);
            }
            attribute = whole ? attribute + NetlinkHeader.aligned(length) : end;
        }
        return 0;
    }
}
