package dev.imdsanalyzer.tcp;

/** Hands everything on: for what stands between two stages and looks at some of it. */
public abstract class ForwardingHandler implements ConnectionHandler {
    private final ConnectionHandler next;

    /** @param next takes what happens to connections */
    protected ForwardingHandler(ConnectionHandler next) {
        this.next = next;
    }

    @Override
    public void onOpen(Connection connection) {
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
    public void onConflict(Connection connection, Direction direction, int back, long timestampNanos) {
        next.onConflict(connection, direction, back, timestampNanos);
    }

    @Override
    public void onEnd(Connection connection, Direction direction, long timestampNanos) {
        next.onEnd(connection, direction, timestampNanos);
    }

    @Override
    public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
        next.onClose(connection, reason, timestampNanos);
    }
}
