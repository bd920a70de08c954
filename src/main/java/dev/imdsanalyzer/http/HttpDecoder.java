package dev.imdsanalyzer.http;

import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.ConnectionHandler;
import dev.imdsanalyzer.tcp.Direction;

/**
 * Turns the two byte streams of each connection into exchanges. It is the owner of {@link Connection#attachment}.
 *
 * <p>Bytes are parsed where they stand; a head that is cut is left with the caller until the rest has come. Nothing is
 * allocated for a segment; a connection and an exchange cost a small object or two each. No byte of a message is kept.
 *
 * <p>Time is what the callbacks and {@link #advance} say it is: nanoseconds since 1970-01-01T00:00:00Z. Not thread-safe;
 * everything happens on the capture thread.
 */
public final class HttpDecoder implements ConnectionHandler {
    private final HttpContext context;

    public HttpDecoder(ExchangeHandler handler, HttpLimits limits, Counters counters) {
        context = new HttpContext(handler, limits, counters);
    }

    /**
     * Ends the exchanges that have waited long enough: without a response's head as timed out, with one (its body goes
     * on or hangs) as answered in part. Called for every event, and to be called about once a second when there is none.
     */
    public void advance(long nowNanos) {
        context.interrupted.expire(nowNanos);
        for (HttpExchange due = context.timer.due(nowNanos); due != null; due = context.timer.due(nowNanos)) {
            Exchange.End unanswered = due.doubtful ? Exchange.End.RESPONSE_LOST : Exchange.End.TIMED_OUT;
            context.end(due, due.responseSeen() ? Exchange.End.ANSWERED_IN_PART : unanswered, nowNanos);
        }
    }

    @Override
    public void onOpen(Connection connection) {
        HttpConnection state = new HttpConnection(connection, context);
        connection.attach(state);
        context.handler.onOpen(connection);
        if (!connection.synSeen()) {
            resume(state, context.interrupted.take(connection), connection.openedNanos());
        }
    }

    /** A connection was joined after its start: if it was known before, its request waits on. */
    private void resume(HttpConnection state, HttpExchange interrupted, long nowNanos) {
        if (interrupted == null) {
            return;
        }
        interrupted.owner = state;
        interrupted.doubtful = true;
        if (!state.requests.pending().add(interrupted, nowNanos)) {
            context.end(interrupted, Exchange.End.RESPONSE_LOST, nowNanos);
        }
    }

    @Override
    public int onBytes(
            Connection connection, Direction direction, byte[] buffer, int offset, int length, long timestampNanos) {
        advance(timestampNanos);
        return state(connection).stream(direction).onBytes(buffer, offset, length, timestampNanos);
    }

    @Override
    public void onGap(Connection connection, Direction direction, long missingBytes, long timestampNanos) {
        advance(timestampNanos);
        state(connection).stream(direction).onGap(missingBytes, timestampNanos);
    }

    @Override
    public void onConflict(Connection connection, Direction direction, int back, long timestampNanos) {
        advance(timestampNanos);
        state(connection).stream(direction).onConflict(back, timestampNanos);
    }

    @Override
    public void onEnd(Connection connection, Direction direction, long timestampNanos) {
        advance(timestampNanos);
        if (direction == Direction.REQUEST) {
            state(connection).requests.finish(true, timestampNanos);
        } else {
            state(connection).responses.end(timestampNanos);
        }
    }

    @Override
    public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
        advance(timestampNanos);
        HttpConnection state = state(connection);
        boolean closed =
                reason == CloseReason.FINISHED || reason == CloseReason.RESET || reason == CloseReason.REPLACED;
        if (reason == CloseReason.IDLE || reason == CloseReason.EVICTED) {
            state.requests.interrupt(timestampNanos);
        } else {
            state.requests.finish(reason != CloseReason.CAPTURE_ENDED, timestampNanos);
        }
        state.responses.finish(closed, timestampNanos);
        context.handler.onClose(connection, reason, timestampNanos);
        connection.attach(null);
    }

    /** Ends what waits for connections that do not come back. */
    public void close(long nowNanos) {
        context.interrupted.endAll(nowNanos);
    }

    private static HttpConnection state(Connection connection) {
        return (HttpConnection) connection.attachment();
    }
}
