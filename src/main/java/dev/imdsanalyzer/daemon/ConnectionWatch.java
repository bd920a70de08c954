package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.ConnectionHandler;
import dev.imdsanalyzer.tcp.Direction;
import java.util.HashMap;
import java.util.Map;

/**
 * Stands between reassembly and HTTP and has each connection looked up at its first segment, when its process surely
 * still lives. Remembers the look-ups of the connections that are open. Capture thread only.
 */
final class ConnectionWatch implements ConnectionHandler {
    private final ConnectionHandler next;
    private final Attributor attributor;
    private final Map<Long, Attribution> open = new HashMap<>();

    ConnectionWatch(ConnectionHandler next, Attributor attributor) {
        this.next = next;
        this.attributor = attributor;
    }

    /** The look-up of a connection that is open; null for any other. */
    Attribution attributionOf(long connectionId) {
        return open.get(connectionId);
    }

    int size() {
        return open.size();
    }

    @Override
    public void onOpen(Connection connection) {
        open.put(
                connection.id(),
                attributor.connectionOpened(
                        connection.fourTuple(), connection.openedNanos(), connection.initialSequenceNumber()));
        next.onOpen(connection);
    }

    @Override
    public int onBytes(
            Connection connection, Direction direction, byte[] buffer, int offset, int length, long timestampNanos) {
        return next.onBytes(connection, direction, buffer, offset, length, timestampNanos);
    }

    @Override
    public void onGap(Connection connection, Direction direction, long missingBytes, long timestampNanos) {
        next.onGap(connection, direction, missingBytes, timestampNanos);
    }

    @Override
    public void onEnd(Connection connection, Direction direction, long timestampNanos) {
        next.onEnd(connection, direction, timestampNanos);
    }

    @Override
    public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
        // Last calls come during the close and still want their caller.
        next.onClose(connection, reason, timestampNanos);
        open.remove(connection.id());
    }
}
