package dev.imdsanalyzer.kernel.netlink;

import java.nio.ByteBuffer;

/**
 * One sock_diag answer about a socket that is not known by both its ends: struct inet_diag_msg as in {@link
 * InetDiagMessage}.
 *
 * @param localPort 1 to 65535
 * @param userId whose socket it is, as our user namespace has it
 * @param inode 0 where no process has it open any more
 * @param cgroupId of the cgroup that it was made in; 0 where the kernel does not tell
 */
public record LocalSocket(int localPort, long userId, long inode, long cgroupId) {
    static LocalSocket read(ByteBuffer buffer, int offset, int end) {
        return new LocalSocket(
                SocketIdentity.localPort(buffer, offset + InetDiagMessage.ID),
                buffer.getInt(offset + InetDiagMessage.USER_ID) & 0xFFFFFFFFL,
                buffer.getInt(offset + InetDiagMessage.INODE) & 0xFFFFFFFFL,
                InetDiagMessage.cgroupId(buffer, offset + InetDiagMessage.SIZE, end));
    }
}
