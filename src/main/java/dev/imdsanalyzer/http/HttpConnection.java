package dev.imdsanalyzer.http;

import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;

/** What the decoder keeps for one connection: both directions and the requests that wait for their response. */
final class HttpConnection implements AwaitedConnection {
    final RequestStream requests;
    final ResponseStream responses;
    private final Connection connection;

    HttpConnection(Connection connection, HttpContext context) {
        this.connection = connection;
        requests = new RequestStream(this, context);
        responses = new ResponseStream(this, requests, context);
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public void giveUp(long timestampNanos) {
        requests.pending().giveUp(timestampNanos);
    }

    @Override
    public boolean mayLackResponses() {
        return responses.isLost();
    }

    MessageStream<?> stream(Direction direction) {
        return direction == Direction.REQUEST ? requests : responses;
    }
}
