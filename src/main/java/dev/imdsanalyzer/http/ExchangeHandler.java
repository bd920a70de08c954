package dev.imdsanalyzer.http;

import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;

/** Takes requests and responses, on the capture thread. */
public interface ExchangeHandler {
    void onOpen(Connection connection);

    /** A request head is complete. */
    void onRequest(Exchange exchange, RequestHead head);

    /** The final response's head is complete (1xx responses but 101 are passed over). */
    void onResponse(Exchange exchange, ResponseHead head);

    /** Nothing more will be said about this exchange. Comes exactly once for each that had a request or a response. */
    void onEnd(Exchange exchange, Exchange.End end, long timestampNanos);

    /**
     * The bytes of one direction are no HTTP; nothing more comes from this direction. Once, but for
     * {@link Anomaly#BAD_BODY_LENGTH} of requests: a request may follow, whose response is not looked for.
     */
    void onMalformed(Connection connection, Direction direction, Anomaly anomaly, long timestampNanos);

    /** Comes after {@link #onEnd} of each of its exchanges. */
    void onClose(Connection connection, CloseReason reason, long timestampNanos);
}
