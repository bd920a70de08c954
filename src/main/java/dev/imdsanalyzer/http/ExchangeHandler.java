package dev.imdsanalyzer.http;

import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;

/** Takes requests and responses, on the capture thread. */
public interface ExchangeHandler {
    void onOpen(Connection connection);

    /**
     * A request's line and perhaps some of its fields are there, and its head is not complete. May come again for more fields;
     * {@link #onRequest} follows, or {@link #onMalformed} with {@link Anomaly#HEAD_INCOMPLETE}.
     *
     * @param from the first field that was not told yet
     */
    void onRequestBegun(Exchange exchange, RequestHead head, int from);

    /**
     * A request head is complete, or as much of it as the limit allows ({@link Anomaly#HEAD_TOO_LARGE} then; the rest comes
     * by {@link #onMoreFields}).
     */
    void onRequest(Exchange exchange, RequestHead head);

    /** Fields of the same head behind the limit; the start line of {@code head} is not to be asked for. */
    void onMoreFields(Exchange exchange, RequestHead head);

    /** The final response's head is complete (1xx responses but 101 are passed over). */
    void onResponse(Exchange exchange, ResponseHead head);

    /** Nothing more will be said about this exchange. Comes exactly once for each that had a request or a response. */
    void onEnd(Exchange exchange, Exchange.End end, long timestampNanos);

    /**
     * What is wrong beside or instead of a head: of an exchange with a request, its body's length or chunks, or that its head
     * never became complete; of one without, that the bytes are no HTTP. Such an exchange may have a response all the same.
     */
    void onMalformed(Exchange exchange, Anomaly anomaly);

    /** Bytes from IMDS are no HTTP; the next response is looked for behind them. */
    void onMalformedResponse(Connection connection, Anomaly anomaly, long timestampNanos);

    /** Comes after {@link #onEnd} of each of its exchanges. */
    void onClose(Connection connection, CloseReason reason, long timestampNanos);
}
