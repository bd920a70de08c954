package dev.imdsanalyzer.tcp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/** Writes down what it is told, one phrase an event: {@code 1 open}, {@code 1 > GET}, {@code 1 < gap 5}. */
public class RecordingHandler implements ConnectionHandler {
    public final List<String> events = new ArrayList<>();
    final List<Connection> connections = new ArrayList<>();

    /** What was said since the last call. */
    public String drain() {
        String said = String.join(", ", events);
        events.clear();
        return said;
    }

    public Connection connection(int id) {
        return connections.get(id - 1);
    }

    @Override
    public void onOpen(Connection connection) {
        connections.add(connection);
        say(connection, "open");
    }

    @Override
    public int onBytes(
            Connection connection, Direction direction, byte[] buffer, int offset, int length, long timestampNanos) {
        say(connection, arrow(direction) + " " + new String(buffer, offset, length, ISO_8859_1));
        return consume(buffer, offset, length);
    }

    /** How many of the bytes are used up; all of them, unless a test says otherwise. */
    protected int consume(byte[] buffer, int offset, int length) {
        return length;
    }

    @Override
    public void onGap(Connection connection, Direction direction, long missingBytes, long timestampNanos) {
        say(connection, arrow(direction) + " gap " + missingBytes);
    }

    @Override
    public void onConflict(Connection connection, Direction direction, int back, long timestampNanos) {
        say(connection, arrow(direction) + " conflict " + back);
    }

    @Override
    public void onEnd(Connection connection, Direction direction, long timestampNanos) {
        say(connection, arrow(direction) + " end");
    }

    @Override
    public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
        say(connection, "close " + reason);
    }

    private void say(Connection connection, String what) {
        events.add(connection.id() + " " + what);
    }

    private static String arrow(Direction direction) {
        return direction == Direction.REQUEST ? ">" : "<";
    }
}
