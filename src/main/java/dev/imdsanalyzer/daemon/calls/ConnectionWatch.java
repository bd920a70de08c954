package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.ConnectionHandler;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.ForwardingHandler;
import java.util.HashMap;
import java.util.Map;

/**
 * Stands between reassembly and HTTP and has each connection looked up at its first segment, when its process surely
 * still lives. Remembers the look-ups of the connections that are open. Capture thread only.
 */
public final class ConnectionWatch extends ForwardingHandler {
    private final Attributor attributor;
    private final boolean everyDevice;
    private final AnsweringNow now;
    private final Map<Long, Lookup> open = new HashMap<>();
    private final Map<Long, Answering> answering = new HashMap<>();

    private record Answering(Connection connection, Attribution process) {}

    private record Lookup(FourTuple ends, Attribution attribution) {}

    /**
     * @param now is told of the look-ups of processes that answer
     * @param everyDevice whether the capture shows all devices: only then it tells what was answered on this host
     */
    public ConnectionWatch(ConnectionHandler next, Attributor attributor, AnsweringNow now, boolean everyDevice) {
        super(next);
        this.now = now;
        this.everyDevice = everyDevice;
        this.attributor = attributor;
    }

    /** The look-up of a connection that is open; null for any other. Whoever keeps it retains it. */
    public Attribution attributionOf(long connectionId) {
        Lookup lookup = open.get(connectionId);
        return lookup == null ? null : lookup.attribution;
    }

    /** The look-up of the process of this host that answers an open connection; null where IMDS itself may have answered. */
    public Attribution answeringOf(long connectionId) {
        Answering known = answering.get(connectionId);
        return known != null && known.connection.answeredFromHere() ? known.process : null;
    }

    /** Of the open connections. */
    public int size() {
        return open.size();
    }

    @Override
    public void onOpen(Connection connection) {
        FourTuple ends = connection.fourTuple();
        open.put(connection.id(), new Lookup(ends, lookUp(connection, ends)));
        super.onOpen(connection);
    }

    private Attribution lookUp(Connection connection, FourTuple ends) {
        return attributor.connectionOpened(ends, connection.openedNanos(), connection.initialSequenceNumber());
    }

    @Override
    public int onBytes(
            Connection connection, Direction direction, byte[] buffer, int offset, int length, long timestampNanos) {
        if (direction == Direction.REQUEST) {
            lookUpAnewIfMoved(connection);
        }
        if (everyDevice && connection.answeredFromHere()) {
            lookUpAnswering(connection);
        }
        return super.onBytes(connection, direction, buffer, offset, length, timestampNanos);
    }

    private void lookUpAnswering(Connection connection) {
        if (!answering.containsKey(connection.id())) {
            Attribution process = attributor.answering(connection.fourTuple());
            answering.put(connection.id(), new Answering(connection, process));
            now.add(process);
        }
    }

    /** The first sight may have been the one behind the masquerade, where no process is. */
    private void lookUpAnewIfMoved(Connection connection) {
        Lookup before = open.get(connection.id());
        FourTuple ends = connection.fourTuple();
        if (before == null || before.ends.equals(ends)) {
            return;
        }
        // The first one may have found the caller all the same, by the initial sequence number.
        boolean answered = before.attribution.settled();
        Attribution anew = lookUp(connection, ends);
        open.put(
                connection.id(),
                new Lookup(
                        ends,
                        answered
                                ? new EitherAttribution(before.attribution, anew)
                                : new EitherAttribution(anew, before.attribution)));
    }

    @Override
    public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
        // Last calls come during the close and still want their caller.
        super.onClose(connection, reason, timestampNanos);
        Lookup closed = open.remove(connection.id());
        if (closed != null) {
            closed.attribution.release();
        }
        Answering over = answering.remove(connection.id());
        if (over != null) {
            over.process.release();
        }
    }
}
