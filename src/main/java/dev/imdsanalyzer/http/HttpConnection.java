package dev.imdsanalyzer.http;

import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;

/** What the decoder keeps for one connection: both directions and the requests that wait for their response. */
final class HttpConnection {
    final Connection connection;
    final PendingRequests pending;
    final RequestStream requests;
    final ResponseStream responses;

    HttpConnection(Connection connection, HttpContext context) {
        this.connection = connection;
        pending = new PendingRequests(this, context);
        requests = new RequestStream(this, context);
        responses = new ResponseStream(this, context);
    }

    MessageStream<?> stream(Direction direction) {
        return direction == Direction.REQUEST ? requests : responses;
    }
}
