package dev.imdsanalyzer.process.socket;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** Ends of real sockets as four-tuples. */
final class Connections {
    private static final IpAddress LOOPBACK = IpAddress.ipv4(0x7F000001);

    private Connections() {}

    static FourTuple loopback(int clientPort, int serverPort) {
        return new FourTuple(LOOPBACK, clientPort, LOOPBACK, serverPort);
    }

    /** Of the client's socket. */
    static FourTuple ends(Socket client) {
        return new FourTuple(
                address(client.getLocalAddress()),
                client.getLocalPort(),
                address(client.getInetAddress()),
                client.getPort());
    }

    /** Of the client, from the server's accepted socket. */
    static FourTuple endsOfPeer(Socket accepted) {
        return new FourTuple(
                address(accepted.getInetAddress()),
                accepted.getPort(),
                address(accepted.getLocalAddress()),
                accepted.getLocalPort());
    }

    private static IpAddress address(InetAddress address) {
        ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
        return octets.capacity() == 4
                ? IpAddress.ipv4(octets.getInt())
                : new IpAddress(octets.getLong(), octets.getLong(), true);
    }
}
