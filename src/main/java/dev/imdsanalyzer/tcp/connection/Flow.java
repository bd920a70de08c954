package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.packet.Travel;
import dev.imdsanalyzer.tcp.segment.Sight;
import java.util.Arrays;

/**
 * One four-tuple under which a connection is seen, with the interfaces that showed it. A connection has one before
 * masquerade and another behind it; two connections may share one, each in its own network namespace.
 *
 * @param <C> the connection
 */
final class Flow<C> extends FlowTable.Entry<Flow<C>> implements Sight {
    /** More interfaces than a packet passes on a host; further ones are not told apart. */
    private static final int MOST_INTERFACES = 8;

    private static final int TIME_TO_LIVE_MASK = 0xFF;
    /** Which way the client's segments went through the interface; shifted, which way those of IMDS did. */
    private static final int CAME_IN = 0x100;

    private static final int WENT_OUT = 0x200;
    private static final int SERVER_SHIFT = 2;

    final C connection;

    /** The connection's next flow, or null. */
    Flow<C> nextOfConnection;

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
    /** Interface index in the upper half; highest time to live of the client's segments there; {@link #CAME_IN} and so on. */
    private long[] sights = new long[2];

    Flow(C connection, TcpSegment segment) {
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
            int index = indexOf(sights[i]);
            if (index == interfaceIndex || index == 0) {
                return true;
            }
        }
        return interfaceIndex == 0;
    }

    /** Whether more than one interface showed it. */
    boolean isSeenInSeveralPlaces() {
        return interfaceCount > 1;
    }

    /** Whether others of the client's segments had more hops left where this one was seen. */
    boolean lacksTimeToLive(TcpSegment segment) {
        int sight = find(segment.interfaceIndex);
        return sight >= 0 && segment.timeToLive < (sights[sight] & TIME_TO_LIVE_MASK);
    }

    /**
     * Whether a segment in IMDS's name went the way that the client's go through that interface, where others of IMDS go the
     * other way.
     */
    boolean isForeign(TcpSegment segment) {
        int sight = segment.fromClient || segment.travel == Travel.UNKNOWN ? -1 : find(segment.interfaceIndex);
        if (sight < 0) {
            return false;
        }
        int own = bit(segment.travel);
        int other = own ^ (CAME_IN | WENT_OUT);
        return (sights[sight] & (CAME_IN | WENT_OUT)) == own && (sights[sight] & other << SERVER_SHIFT) != 0;
    }

    /** Takes note of where a segment of this flow was seen. */
    void note(TcpSegment segment) {
        if (segment.fromClient && segment.timeToLive > clientTimeToLive) {
            clientTimeToLive = segment.timeToLive;
        }
        int sight = find(segment.interfaceIndex);
        if (sight < 0) {
            sight = add(segment.interfaceIndex);
        }
        if (sight >= 0 && !segment.fromClient) {
            sights[sight] |= bit(segment.travel) << SERVER_SHIFT;
        } else if (sight >= 0) {
            long timeToLive = Math.max(sights[sight] & TIME_TO_LIVE_MASK, segment.timeToLive);
            sights[sight] = (sights[sight] & ~(long) TIME_TO_LIVE_MASK) | timeToLive | bit(segment.travel);
        }
    }

    private int find(int interfaceIndex) {
        for (int i = 0; i < interfaceCount; i++) {
            if (indexOf(sights[i]) == interfaceIndex) {
                return i;
            }
        }
        return -1;
    }

    private int add(int interfaceIndex) {
        if (interfaceCount == MOST_INTERFACES) {
            return -1;
        }
        if (interfaceCount == sights.length) {
            sights = Arrays.copyOf(sights, 2 * interfaceCount);
        }
        sights[interfaceCount] = (long) interfaceIndex << Integer.SIZE;
        return interfaceCount++;
    }

    private static int indexOf(long sight) {
        return (int) (sight >>> Integer.SIZE);
    }

    private static int bit(Travel travel) {
        return switch (travel) {
            case IN -> CAME_IN;
            case OUT -> WENT_OUT;
            case UNKNOWN -> 0;
        };
    }
}
