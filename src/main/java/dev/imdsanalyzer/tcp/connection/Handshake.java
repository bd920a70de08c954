package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.packet.TcpOptions;
import dev.imdsanalyzer.packet.TcpSegment;

/**
 * What is known of a connection's beginning; by it the connection is found again behind a masquerade.
 *
 * @param <C> the connection
 */
final class Handshake<C> extends FlowTable.Entry<Handshake<C>> {
    /** What the SYN, or its answer, offered; not before it was seen. */
    private static final byte UNSEEN = -2;

    final C connection;
    private final int initialSequenceNumber;
    private long newestNanos;
    private byte clientScale = UNSEEN;
    private byte serverScale = UNSEEN;
    private boolean clientTimestamps;
    private boolean serverTimestamps;

    Handshake(C connection, int initialSequenceNumber) {
        this.connection = connection;
        this.initialSequenceNumber = initialSequenceNumber;
    }

    /** The client's: the sequence number of its SYN. */
    int initialSequenceNumber() {
        return initialSequenceNumber;
    }

    /** When a SYN or its answer was seen last, by {@link CaptureClock}. */
    long newestNanos() {
        return newestNanos;
    }

    void seen(TcpSegment segment, long now) {
        newestNanos = now;
        if (segment.fromClient) {
            clientScale = (byte) segment.options.windowScale;
            clientTimestamps = segment.options.hasTimestamp;
        } else {
            serverScale = (byte) segment.options.windowScale;
            serverTimestamps = segment.options.hasTimestamp;
        }
    }

    /** How far that side's windows are shifted: not at all where the other side does not do so too, or is not known to. */
    int scale(boolean client) {
        return clientScale < 0 || serverScale < 0 ? TcpOptions.NO_SCALE : client ? clientScale : serverScale;
    }

    /** Whether both sides were seen, and one of them offered no timestamps: then none of them count. */
    static boolean lacksTimestamps(Handshake<?> handshake) {
        return handshake != null
                && handshake.clientScale != UNSEEN
                && handshake.serverScale != UNSEEN
                && !(handshake.clientTimestamps && handshake.serverTimestamps);
    }
}
