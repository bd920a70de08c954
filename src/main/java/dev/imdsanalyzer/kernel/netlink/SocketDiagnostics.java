package dev.imdsanalyzer.kernel.netlink;

import dev.imdsanalyzer.kernel.Errno;
import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.Libc;
import dev.imdsanalyzer.kernel.NativeBuffer;
import java.io.Closeable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A NETLINK_SOCK_DIAG socket: asks about TCP sockets of the network namespace in which it was opened, and keeps that
 * namespace alive until it is closed. Needs no privilege. For one thread at a time.
 */
public final class SocketDiagnostics implements Closeable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int RECEIVE_TIMEOUT_SECONDS = 1;
    private static final int RECEIVE_BUFFER = 32 * 1024;

    /** A dump of more datagrams is given up: this is more than a million sockets. */
    private static final int DUMP_LIMIT = 8192;

    private final NativeBuffer request = new NativeBuffer(InetDiagRequest.SIZE);
    private final NativeBuffer response = new NativeBuffer(RECEIVE_BUFFER);
    private final int socket;
    private int sequence;

    /** Opens it in the calling thread's network namespace. */
    public SocketDiagnostics() throws KernelException {
        socket = Libc.socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
        if (socket < 0) {
            throw new KernelException("socket(NETLINK_SOCK_DIAG)", Libc.errno());
        }
        // The kernel answers within the send; a timeout guards against one that never does.
        NativeBuffer timeval = new NativeBuffer(16);
        timeval.bytes().putLong(0, RECEIVE_TIMEOUT_SECONDS);
        Libc.setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, timeval);
    }

    /**
     * Asks for exactly one connection: two system calls, microseconds.
     *
     * @return null when there is no such connection, or one that is bound to an interface
     * @throws KernelException when the kernel refuses the question
     */
    public @Nullable InetDiagMessage find(SocketIdentity identity) throws KernelException {
        send(identity, identity.family(), false, InetDiagRequest.CONNECTED_STATES);
        while (true) {
            int length = receive();
            ByteBuffer bytes = response.bytes();
            if (length < NetlinkHeader.SIZE || bytes.getInt(NetlinkHeader.SEQUENCE) != sequence) {
                continue;
            }
            if (bytes.getShort(NetlinkHeader.TYPE) == NetlinkHeader.NLMSG_ERROR) {
                int error = -bytes.getInt(NetlinkHeader.ERROR);
                if (error == Errno.ENOENT) {
                    return null;
                }
                throw new KernelException("sock_diag", error);
            }
            return length < NetlinkHeader.SIZE + InetDiagMessage.SIZE
                    ? null
                    : InetDiagMessage.read(bytes, NetlinkHeader.SIZE, length, identity);
        }
    }

    /**
     * Goes through all connections that have these ports. Slower by far, as the kernel walks all its sockets, but finds
     * those bound to an interface too.
     *
     * @return null when there is no such connection
     * @throws KernelException when the kernel refuses the question
     */
    public @Nullable InetDiagMessage search(SocketIdentity identity) throws KernelException {
        return dump(
                identity,
                identity.family(),
                InetDiagRequest.CONNECTED_STATES,
                (bytes, offset, end) -> InetDiagMessage.read(bytes, offset, end, identity));
    }

    /**
     * Finds the local socket whose other end is the one given, also one that was closed a moment ago. Goes through all
     * sockets, as {@link #search} does.
     *
     * @param peer see {@link SocketIdentity#ofPeer}
     * @return null when there is none
     * @throws KernelException when the kernel refuses the question
     */
    public @Nullable LocalSocket withPeer(SocketIdentity peer) throws KernelException {
        LocalSocket found = withPeer(peer, peer.family());
        // A server of both families has IPv4's connections on sockets of IPv6.
        return found != null || peer.ipv6() ? found : withPeer(peer, SocketIdentity.AF_INET6);
    }

    private @Nullable LocalSocket withPeer(SocketIdentity peer, int family) throws KernelException {
        return dump(
                peer,
                family,
                InetDiagRequest.ONCE_CONNECTED_STATES,
                (bytes, offset, end) ->
                        peer.hasRemoteAt(bytes, offset + InetDiagMessage.ID, bytes.get(offset + InetDiagMessage.FAMILY))
                                ? LocalSocket.read(bytes, offset, end)
                                : null);
    }

    /**
     * Finds a socket that listens on a port, of whatever address and family.
     *
     * @return null when there is none
     * @throws KernelException when the kernel refuses the question
     */
    public @Nullable LocalSocket listening(int port) throws KernelException {
        SocketIdentity local = new SocketIdentity(false, 0, 0, port, 0, 0, 0);
        LocalSocket found = dump(local, SocketIdentity.AF_INET, InetDiagRequest.LISTENING_STATES, LocalSocket::read);
        return found != null
                ? found
                : dump(local, SocketIdentity.AF_INET6, InetDiagRequest.LISTENING_STATES, LocalSocket::read);
    }

    /**
     * Finds a socket that listens at just that address.
     *
     * @param local see {@link SocketIdentity#ofListener}
     * @return null when there is none
     * @throws KernelException when the kernel refuses the question
     */
    public @Nullable LocalSocket listening(SocketIdentity local) throws KernelException {
        return dump(
                local,
                local.family(),
                InetDiagRequest.LISTENING_STATES,
                (bytes, offset, end) ->
                        local.hasLocalAt(bytes, offset + InetDiagMessage.ID, bytes.get(offset + InetDiagMessage.FAMILY))
                                ? LocalSocket.read(bytes, offset, end)
                                : null);
    }

    /** Makes something of a struct inet_diag_msg between two offsets; null where it is not the one. */
    private interface Reader<T> {
        @Nullable
        T read(ByteBuffer bytes, int offset, int end);
    }

    private <T> @Nullable T dump(SocketIdentity identity, int family, int states, Reader<T> reader)
            throws KernelException {
        send(identity, family, true, states);
        T found = null;
        for (int i = 0; i < DUMP_LIMIT; i++) {
            int length = receive();
            int offset = 0;
            while (offset + NetlinkHeader.SIZE <= length) {
                int type = response.bytes().getShort(offset + NetlinkHeader.TYPE);
                int size = response.bytes().getInt(offset + NetlinkHeader.LENGTH);
                boolean ours = response.bytes().getInt(offset + NetlinkHeader.SEQUENCE) == sequence;
                if (ours && type == NetlinkHeader.NLMSG_DONE) {
                    return found;
                }
                if (ours && type == NetlinkHeader.NLMSG_ERROR) {
                    throw new KernelException(
                            "sock_diag dump", -response.bytes().getInt(offset + NetlinkHeader.ERROR));
                }
                if (ours && found == null && size >= NetlinkHeader.SIZE + InetDiagMessage.SIZE) {
                    int end = Math.min(length, offset + size);
                    found = reader.read(response.bytes(), offset + NetlinkHeader.SIZE, end);
                }
                offset += Math.max(NetlinkHeader.SIZE, NetlinkHeader.aligned(size));
            }
        }
        return found;
    }

    private void send(SocketIdentity identity, int family, boolean dump, int states) throws KernelException {
        sequence++;
        InetDiagRequest.put(request.bytes(), identity, sequence, dump, states);
        request.bytes().put(InetDiagRequest.FAMILY, (byte) family);
        while (Libc.send(socket, request, InetDiagRequest.SIZE, 0) < 0) {
            int errno = Libc.errno();
            if (errno != Errno.EINTR) {
                throw new KernelException("send(NETLINK_SOCK_DIAG)", errno);
            }
        }
    }

    private int receive() throws KernelException {
        while (true) {
            int length = Libc.recv(socket, response, 0);
            if (length >= 0) {
                return length;
            }
            int errno = Libc.errno();
            if (errno != Errno.EINTR) {
                throw new KernelException("recv(NETLINK_SOCK_DIAG)", errno);
            }
        }
    }

    @Override
    public void close() {
        Libc.close(socket);
    }
}
