package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import java.util.function.Supplier;

/** The connect source's answer, or the socket source's once the first is given up. Any thread. */
final class FallbackAnswer implements Attribution {
    private final ConnectAnswer connect;
    private final Supplier<Attribution> socketSource;
    private Attribution socket;

    FallbackAnswer(ConnectAnswer connect, Supplier<Attribution> socketSource) {
        this.connect = connect;
        this.socketSource = socketSource;
        connect.whenGivenUp(this::socket);
    }

    /** Begins the look-up by socket, once. */
    private synchronized Attribution socket() {
        if (socket == null) {
            socket = socketSource.get();
        }
        return socket;
    }

    @Override
    public boolean settled() {
        return connect.settled() || (connect.givenUp() && socket().settled());
    }

    @Override
    public Caller caller(long timeoutNanos) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        Caller caller = connect.await(timeoutNanos);
        if (caller != null) {
            return caller;
        }
        Caller bySocket = socket().caller(Math.max(0, deadline - System.nanoTime()));
        // The connect's record may have come after all, and it knows more.
        Caller late = connect.now();
        if (late != null) {
            return late;
        }
        return bySocket.method() == AttributionMethod.NONE && !connect.givenUp()
                ? Caller.unknown("nobody was found in time")
                : bySocket;
    }
}
