package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.packet.TcpSegment;
import java.util.Arrays;

/**
 * One four-tuple under which a connection is seen, with the interfaces that showed it. A connection has one before
 * masquerade and another behind it; two connections may share one, each in its own network namespace.
 */
final class Flow extends FlowTable.Entry<Flow> {
    /** More interfaces than a packet passes on a host; further ones are not told apart. */
    private static final int MOST_INTERFACES = 8;

    final TrackedConnection connection;

    /** The connection's next flow, or null. */
    Flow nextOfConnection;

    /** Highest time to live of the client's segments: each hop away from the client takes one off. 0 before the first. */
    int clientTimeToLive;

    private final boolean ipv6;
    private final long clientHigh;
    private final long clientLow;
    private final long serverHigh;
    private final long serverLow;
    private final char clientPort;
    private final char serverPort;

    private byte interfaceCount;
    private int[] interfaces = new int[2];

    Flow(TrackedConnection connection, TcpSegment segment) {
        this.connection = connection;
        ipv6 = segment.ipv6;
        clientHigh = segment.clientHigh;
        clientLow = segment.clientLow;
        clientPort = (char) segment.clientPort;
        serverHigh = segment.serverHigh;
        serverLow = segment.serverLow;
        serverPort = (char) segment.serverPort;
    }

    boolean matches(TcpSegment segment) {
        return clientLow == segment.clientLow
                && clientPort == segment.clientPort
                && clientHigh == segment.clientHigh
                && hasServerOf(segment);
    }

    boolean hasServerOf(TcpSegment segment) {
        return ipv6 == segment.ipv6
                && serverLow == segment.serverLow
                && serverHigh == segment.serverHigh
                && serverPort == segment.serverPort;
    }

    FourTuple fourTuple() {
        return new FourTuple(
                new IpAddress(clientHigh, clientLow, ipv6),
                clientPort,
                new IpAddress(serverHigh, serverLow, ipv6),
                serverPort);
    }

    /** Whether this flow was seen on the interface; also where the capture does not name interfaces. */
    boolean wasSeenOn(int interfaceIndex) {
        for (int i = 0; i < interfaceCount; i++) {
            if (interfaces[i] == interfaceIndex || interfaces[i] == 0) {
                return true;
            }
        }
        return interfaceIndex == 0;
    }

    /** Takes note of where a segment of this flow was seen. */
    void note(TcpSegment segment) {
        if (segment.fromClient && segment.timeToLive > clientTimeToLive) {
            clientTimeToLive = segment.timeToLive;
        }
        for (int i = 0; i < interfaceCount; i++) {
            if (interfaces[i] == segment.interfaceIndex) {
                return;
            }
        }
        if (interfaceCount < MOST_INTERFACES) {
            if (interfaceCount == interfaces.length) {
                interfaces = Arrays.copyOf(interfaces, 2 * interfaceCount);
            }
            interfaces[interfaceCount++] = segment.interfaceIndex;
        }
    }
}
