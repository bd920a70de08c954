package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.FrameHandler;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.ConnectionHandler;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.ForwardingHandler;
import java.util.HashMap;
import java.util.Map;

/**
 * Who made the connections of a capture file that says it packet by packet. Stands in front of the stages, where it sees the
 * frames, and between reassembly and HTTP, where it learns which connection a frame belongs to. What the client sent counts
 * first: packets that arrive may be noted under another process. One thread.
 */
public final class CapturedProcesses extends ForwardingHandler {
    private static final Caller NOBODY = Caller.unknown("a capture file does not tell processes");

    private final Map<Long, Integer> byConnection = new HashMap<>();
    private int processId = -1;

    /** @param next takes what happens to connections */
    public CapturedProcesses(ConnectionHandler next) {
        super(next);
    }

    /** Hands frames on, and notes whose each is. */
    public FrameHandler before(FrameHandler stages) {
        return new FrameHandler() {
            @Override
            public void onFrame(Frame frame) {
                processId = frame.processId();
                stages.onFrame(frame);
            }

            @Override
            public void onIdle(long nowNanos) {
                stages.onIdle(nowNanos);
            }
        };
    }

    /** Who made a connection that is not closed yet. */
    public Caller callerOf(long connectionId) {
        Integer known = byConnection.get(connectionId);
        return known == null ? NOBODY : Caller.captured(known);
    }

    @Override
    public void onOpen(Connection connection) {
        note(connection);
        super.onOpen(connection);
    }

    @Override
    public int onBytes(
            Connection connection, Direction direction, byte[] buffer, int offset, int length, long timestampNanos) {
        if (direction == Direction.REQUEST) {
            note(connection);
        }
        return super.onBytes(connection, direction, buffer, offset, length, timestampNanos);
    }

    private void note(Connection connection) {
        if (processId >= 0) {
            byConnection.put(connection.id(), processId);
        }
    }

    @Override
    public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
        // Last calls come during the close.
        super.onClose(connection, reason, timestampNanos);
        byConnection.remove(connection.id());
    }
}
