package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.RecordingHandler;

/** Counts bytes and keeps nothing. */
class SilentHandler extends RecordingHandler {
    long bytes;
    long calls;

    @Override
    public void onOpen(Connection connection) {}

    @Override
    public int onBytes(
            Connection connection, Direction direction, byte[] buffer, int offset, int length, long timestampNanos) {
        bytes += length;
        calls++;
        return consume(buffer, offset, length);
    }

    @Override
    public void onGap(Connection connection, Direction direction, long missingBytes, long timestampNanos) {}

    @Override
    public void onEnd(Connection connection, Direction direction, long timestampNanos) {}

    @Override
    public void onClose(Connection connection, CloseReason reason, long timestampNanos) {}
}
