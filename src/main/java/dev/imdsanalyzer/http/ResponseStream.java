package dev.imdsanalyzer.http;

import dev.imdsanalyzer.tcp.Direction;

/** The bytes from IMDS: response heads are matched with the requests that wait. */
final class ResponseStream extends MessageStream<ResponseParser> {
    private static final int SWITCHING_PROTOCOLS = 101;

    /** The exchange whose response's body is being passed; null if there is none that anybody wants to hear of. */
    private HttpExchange current;
    /** Position behind its response's head. */
    private long currentHeadEnd;

    ResponseStream(HttpConnection owner, HttpContext context) {
        super(owner, context, Direction.RESPONSE, context.responseParsers);
    }

    @Override
    protected void onHead(ResponseParser head, long headEnd, long headNanos, long timestampNanos) {
        int status = head.statusCode();
        boolean conflicting = takeConflict(headEnd);
        if (status < 200 && status != SWITCHING_PROTOCOLS) {
            return;
        }
        HttpExchange exchange = owner.pending.take(status, headNanos, timestampNanos);
        long length = BodyLength.ofResponse(head, exchange != null && exchange.head);
        current = exchange == null || exchange.ended ? null : exchange;
        if (current != null) {
            currentHeadEnd = headEnd;
            exchange.responseConflicting = conflicting;
            exchange.responded(timestampNanos);
            exchange.addBodyBytes(Math.max(length, 0));
            context.handler.onResponse(exchange, head);
            context.timer.start(exchange, timestampNanos);
        }
        boolean tunnel = exchange != null && exchange.connect && status < 300;
        if (status == SWITCHING_PROTOCOLS || tunnel) {
            // What follows in either direction is another protocol (RFC 9110 sections 7.8 and 9.3.6).
            endCurrent(Exchange.End.ANSWERED, timestampNanos);
            owner.stop();
        } else {
            expectBody(length, timestampNanos);
        }
    }

    @Override
    protected void onHeadsConflicting(long from, long timestampNanos) {
        if (current != null && currentHeadEnd > from) {
            current.responseConflicting = true;
        }
    }

    @Override
    protected boolean mayGuessNoBody() {
        return false;
    }

    @Override
    protected boolean isCredible(ResponseParser head) {
        return true;
    }

    /** The response to a request without a version is the bare content. */
    @Override
    protected boolean isHeadless() {
        return owner.pending.awaitsSimpleResponse();
    }

    @Override
    protected void onContent(long bytes) {
        if (current != null) {
            current.addBodyBytes(bytes);
        }
    }

    @Override
    protected void onMessageEnd(boolean whole, long timestampNanos) {
        endCurrent(whole ? Exchange.End.ANSWERED : Exchange.End.ANSWERED_IN_PART, timestampNanos);
    }

    @Override
    protected void onContentLost() {
        if (current != null) {
            current.partial = true;
        }
    }

    @Override
    protected void onPlaceLost(long timestampNanos) {
        endCurrent(Exchange.End.ANSWERED_IN_PART, timestampNanos);
        owner.pending.doubtAll();
    }

    /**
     * No more responses will come.
     *
     * @param closed whether IMDS or the client closed the connection, rather than the observation of it
     */
    void finish(boolean closed, long timestampNanos) {
        endCurrent(closed ? Exchange.End.ANSWERED : Exchange.End.ANSWERED_IN_PART, timestampNanos);
        stop();
        owner.pending.endAll(timestampNanos);
    }

    private void endCurrent(Exchange.End end, long timestampNanos) {
        HttpExchange exchange = current;
        current = null;
        if (exchange != null) {
            context.end(exchange, exchange.partial ? Exchange.End.ANSWERED_IN_PART : end, timestampNanos);
        }
    }
}
