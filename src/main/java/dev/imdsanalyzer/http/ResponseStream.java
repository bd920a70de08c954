package dev.imdsanalyzer.http;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.Direction;
import java.util.Arrays;

/** The bytes from IMDS: response heads are matched with the requests that wait. */
final class ResponseStream extends MessageStream<ResponseParser> {
    private static final int SWITCHING_PROTOCOLS = 101;

    private final AwaitedConnection owner;
    private final RequestStream requests;
    private final PendingRequests pending;

    /** The exchange whose response's body is being passed; null if there is none that anybody wants to hear of. */
    private HttpExchange current;
    /** Position behind its response's head. */
    private long currentHeadEnd;

    /** Of a head that comes in pieces: of the exchange, and what its first piece said. */
    private long bodyLength;

    /** Bytes came that are no response: nobody can tell how many responses they were. */
    private boolean lost;

    ResponseStream(AwaitedConnection owner, RequestStream requests, HttpContext context) {
        super(owner.connection(), context, context.responseParsers);
        this.owner = owner;
        this.requests = requests;
        pending = requests.pending();
    }

    @Override
    protected void onHeadBegun(ResponseParser head, long headNanos) {}

    @Override
    protected void onHeadLost(ResponseParser head, long headNanos, long timestampNanos) {
        if (!isInterim(head)) {
            respond(new StatusLine(head.statusCode(), head.minorVersion()), headNanos, timestampNanos);
            answered = null;
        }
    }

    @Override
    protected void onCandidateRejected() {}

    @Override
    protected void onHeadPiece(ResponseParser head, long headNanos, long timestampNanos) {
        if (head.inPieces()) {
            bodyLength = bodyLength == BodyLength.UNTIL_CLOSE ? BodyLength.ofResponse(head, false) : bodyLength;
        } else {
            respond(head, headNanos, timestampNanos);
        }
    }

    @Override
    protected void onHead(ResponseParser head, long headNanos, long timestampNanos) {
        lost = false;
        if (head.inPieces()) {
            onHeadPiece(head, headNanos, timestampNanos);
        } else if (isInterim(head)) {
            pending.passInterim(headSequence(), head.headLength());
            return;
        } else {
            respond(head, headNanos, timestampNanos);
        }
        follow(head, timestampNanos);
    }

    private static boolean isInterim(ResponseParser head) {
        return head.statusCode() < 200 && head.statusCode() != SWITCHING_PROTOCOLS;
    }

    /** The exchange that the response at hand answers, told or not; null if there is none. */
    private HttpExchange answered;

    private void respond(ResponseHead head, long headNanos, long timestampNanos) {
        boolean conflicting = takeConflict();
        HttpExchange exchange =
                pending.take(head.statusCode(), headSequence(), headAcknowledgment(), headNanos, timestampNanos);
        answered = exchange;
        bodyLength = BodyLength.ofResponse(head, exchange != null && exchange.head);
        current = exchange == null || exchange.ended ? null : exchange;
        if (exchange != null) {
            requests.answered(exchange);
        }
        if (current != null) {
            currentHeadEnd = headEnd();
            exchange.responseConflicting = conflicting;
            exchange.responded(timestampNanos);
            exchange.addBodyBytes(Math.max(bodyLength, 0));
            context.handler.onResponse(exchange, head);
            context.timer.start(exchange, timestampNanos);
        }
    }

    private void follow(ResponseParser head, long timestampNanos) {
        boolean tunnel = answered != null && answered.connect && head.statusCode() < 300;
        boolean mayHaveNoBody = answered == null || !answered.requestSeen();
        answered = null;
        if (head.statusCode() != SWITCHING_PROTOCOLS && !tunnel) {
            expectBody(bodyLength, timestampNanos);
            if (mayHaveNoBody) {
                // The request that it answers was not seen: it may have been a HEAD.
                expectHeadInsteadOfBody();
            }
            return;
        }
        // What follows in either direction is another protocol (RFC 9110 sections 7.8 and 9.3.6), unless a server
        // granted
        // what it does not know.
        requests.switchProtocols();
        if (tunnel && bodyLength >= 0) {
            expectBody(bodyLength, timestampNanos);
            doubtNextHead();
        } else {
            endCurrent(Exchange.End.ANSWERED, timestampNanos);
            searchHere();
        }
    }

    @Override
    protected void onHeadsConflicting(long from, long timestampNanos) {
        if (current != null && currentHeadEnd > from) {
            current.responseConflicting = true;
        }
    }

    @Override
    protected boolean mayBegin(byte[] buffer, int from, int end) {
        int seen = Math.min(HttpVersion.PREFIX.length, end - from);
        return Arrays.equals(buffer, from, from + seen, HttpVersion.PREFIX, 0, seen);
    }

    @Override
    protected boolean isPlain(ResponseParser head) {
        return true;
    }

    /** A status line is told from anything: it may follow content that had no line end, where none was expected. */
    @Override
    protected boolean isBoundary(byte octet) {
        return true;
    }

    @Override
    protected void onBadBytes(Anomaly anomaly, long timestampNanos) {
        context.counters.increment(Counter.MALFORMED);
        lost = true;
        endCurrent(Exchange.End.ANSWERED_IN_PART, timestampNanos);
        pending.doubtAll();
        context.handler.onMalformedResponse(owner.connection(), anomaly, timestampNanos);
    }

    @Override
    protected void onBadBody(Anomaly anomaly, long timestampNanos) {
        onBadBytes(anomaly, timestampNanos);
    }

    /** The answer at hand had no body, whatever its head said. */
    @Override
    protected void onBodyMissing() {
        if (current != null) {
            current.addBodyBytes(-Math.max(bodyLength, 0));
        }
        endCurrent(Exchange.End.ANSWERED, headNanos());
    }

    @Override
    protected Direction direction() {
        return Direction.RESPONSE;
    }

    /** Whether responses may have passed unseen. */
    boolean isLost() {
        return lost;
    }

    /** The response to a request without a version is the bare content. */
    @Override
    protected boolean isHeadless() {
        return pending.awaitsSimpleResponse();
    }

    @Override
    protected void onContent(long bytes) {
        if (current != null) {
            current.addBodyBytes(bytes);
        }
    }

    @Override
    protected void onMessageEnd(long timestampNanos) {
        endCurrent(Exchange.End.ANSWERED, timestampNanos);
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
        pending.doubtAll();
    }

    /** IMDS sent its FIN, and all before it was seen. */
    void end(long timestampNanos) {
        if (current != null && !current.partial) {
            current.responseCut = isBodyUnfinished();
        }
        finish(true, timestampNanos);
    }

    /**
     * No more responses will come.
     *
     * @param closed whether IMDS or the client closed the connection, rather than the observation of it
     */
    void finish(boolean closed, long timestampNanos) {
        endCurrent(closed ? Exchange.End.ANSWERED : Exchange.End.ANSWERED_IN_PART, timestampNanos);
        loseHead(timestampNanos);
        endCurrent(Exchange.End.ANSWERED_IN_PART, timestampNanos);
        stop();
        pending.endAll(timestampNanos);
    }

    private void endCurrent(Exchange.End end, long timestampNanos) {
        HttpExchange exchange = current;
        current = null;
        if (exchange != null) {
            context.end(exchange, exchange.partial ? Exchange.End.ANSWERED_IN_PART : end, timestampNanos);
        }
    }
}
