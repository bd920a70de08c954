package dev.imdsanalyzer.http;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.Direction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes from the client: request heads become exchanges, and so do bytes that are none. */
final class RequestStream extends MessageStream<RequestParser> implements RequestSide {
    private static final byte[] HEAD = "HEAD".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONNECT = "CONNECT".getBytes(StandardCharsets.US_ASCII);

    private final AwaitedConnection owner;
    private final PendingRequests pending;

    /** Of the head at hand, once its request line is known; null before and between heads. */
    private HttpExchange begun;

    private boolean begunLineRead;
    private int toldFields;
    /** The head at hand is longer than the limit, and its first piece was told. */
    private boolean inPieces;

    /** Of a head that comes in pieces, as far as it came. */
    private long bodyLength;

    /** The newest request whose head is complete. */
    private HttpExchange newest;

    /** Bytes are missing behind the newest request, in which there may have been others. */
    private boolean lost;

    /** Servers may read other requests out of what was sent, or fewer. */
    private boolean uncertain;

    RequestStream(AwaitedConnection owner, HttpContext context) {
        super(owner.connection(), context, context.requestParsers);
        this.owner = owner;
        pending = new PendingRequests(owner, this, context);
    }

    /** Those that wait for their response. */
    PendingRequests pending() {
        return pending;
    }

    @Override
    protected void onHeadBegun(RequestParser head, long headNanos) {
        boolean lineRead = head.startLineRead();
        if (inPieces || !(lineRead || head.peekLine())) {
            return;
        }
        boolean news = begun == null || !begunLineRead || toldFields < head.fieldCount();
        if (begun == null) {
            begun = exchange(head, headNanos);
            toldFields = 0;
        }
        if (news && !begun.ended && !begun.responseSeen()) {
            describe(begun, head);
            context.handler.onRequestBegun(begun, head, toldFields);
        }
        begunLineRead = lineRead;
        toldFields = head.fieldCount();
    }

    /** It is told, or it is no request. */
    @Override
    protected void onHeadLost(RequestParser head, long headNanos, long timestampNanos) {}

    @Override
    protected void onCandidateRejected() {
        begun = null;
    }

    @Override
    protected void onHeadPiece(RequestParser head, long headNanos, long timestampNanos) {
        if (!head.inPieces()) {
            inPieces = true;
            bodyLength = BodyLength.ofRequest(head);
            begun = request(head, headNanos, timestampNanos);
            return;
        }
        bodyLength = BodyLength.together(bodyLength, BodyLength.ofRequest(head));
        begun.headEnd = headEnd();
        begun.requestConflicting |= takeConflict();
        if (!begun.ended) {
            context.handler.onMoreFields(begun, head);
        }
    }

    @Override
    protected void onHead(RequestParser head, long headNanos, long timestampNanos) {
        if (head.inPieces()) {
            onHeadPiece(head, headNanos, timestampNanos);
            newest = begun;
        } else {
            bodyLength = BodyLength.ofRequest(head);
            newest = request(head, headNanos, timestampNanos);
        }
        begun = null;
        inPieces = false;
        if (newest.simple) {
            // It has no fields, and the response ends the connection (RFC 1945 section 1.3), unless a server is
            // generous.
            uncertain = true;
            searchHere();
        } else {
            expectBody(bodyLength, timestampNanos);
        }
    }

    private HttpExchange exchange(RequestParser head, long headNanos) {
        HttpExchange exchange = new HttpExchange(owner, true, headNanos);
        exchange.uncertain = uncertain;
        exchange.acknowledged = headAcknowledgment();
        exchange.behindLoss = lost;
        lost = false;
        describe(exchange, head);
        return exchange;
    }

    private static void describe(HttpExchange exchange, RequestParser head) {
        exchange.head = isMethod(head, HEAD);
        exchange.connect = isMethod(head, CONNECT);
        exchange.simple = head.minorVersion() == RequestLine.HTTP_0_9;
    }

    /** The head is complete, or the first piece of one; it may have been answered before it was. */
    private HttpExchange request(RequestParser head, long headNanos, long timestampNanos) {
        context.counters.increment(Counter.REQUESTS);
        if (head.oddity() != null) {
            context.counters.increment(Counter.MALFORMED);
        }
        HttpExchange exchange = begun == null ? exchange(head, headNanos) : begun;
        exchange.headEnd = headEnd();
        exchange.sequenceEnd = headSequence() < 0 ? -1 : (headSequence() + head.headLength()) & 0xFFFFFFFFL;
        exchange.requestConflicting |= takeConflict();
        if (exchange.ended || exchange.responseSeen()) {
            return exchange;
        }
        describe(exchange, head);
        exchange.doubtful = owner.mayLackResponses();
        boolean waits = pending.add(exchange, timestampNanos);
        context.handler.onRequest(exchange, head);
        if (!waits) {
            context.end(exchange, Exchange.End.RESPONSE_LOST, timestampNanos);
        }
        return exchange;
    }

    @Override
    protected void onHeadsConflicting(long from, long timestampNanos) {
        pending.conflict(from, timestampNanos);
    }

    private static boolean isMethod(RequestHead head, byte[] method) {
        int start = head.methodOffset();
        return Arrays.equals(head.buffer(), start, start + head.methodLength(), method, 0, method.length);
    }

    @Override
    protected boolean mayBegin(byte[] buffer, int from, int end) {
        return RequestLine.mayBegin(buffer, from, end);
    }

    /** Not every text with two spaces in it: where nothing tells where a line begins, {@code xGET} is a token too. */
    @Override
    protected boolean isPlain(RequestParser head) {
        boolean version = head.minorVersion() == 0 || head.minorVersion() == 1;
        return version && RequestLine.isStandardMethod(head.buffer(), head.methodOffset(), head.methodLength());
    }

    @Override
    protected boolean isBoundary(byte octet) {
        return octet < Octets.SP || octet == Octets.DELETE;
    }

    @Override
    protected boolean isHeadless() {
        return false;
    }

    /** They wait for an answer as a request does: there may be one. */
    @Override
    protected void onBadBytes(Anomaly anomaly, long timestampNanos) {
        context.counters.increment(Counter.MALFORMED);
        uncertain = true;
        begun = null;
        HttpExchange exchange = new HttpExchange(owner, true, headNanos());
        exchange.noRequest = true;
        exchange.acknowledged = headAcknowledgment();
        exchange.behindLoss = lost;
        lost = false;
        exchange.requestConflicting = takeConflictOfRest();
        exchange.doubtful = owner.mayLackResponses();
        boolean waits = pending.add(exchange, timestampNanos);
        context.handler.onMalformed(exchange, anomaly);
        if (!waits) {
            context.end(exchange, Exchange.End.RESPONSE_LOST, timestampNanos);
        }
    }

    @Override
    protected void onBadBody(Anomaly anomaly, long timestampNanos) {
        context.counters.increment(Counter.MALFORMED);
        uncertain = true;
        if (newest != null && !newest.ended) {
            context.handler.onMalformed(newest, anomaly);
        }
    }

    @Override
    protected void onBodyMissing() {
        uncertain = true;
    }

    @Override
    protected void onContent(long bytes) {}

    @Override
    protected void onMessageEnd(long timestampNanos) {}

    @Override
    protected void onContentLost() {}

    /** The beginning of a head is a call too; perhaps it was answered. */
    @Override
    protected void onPlaceLost(long timestampNanos) {
        lost = true;
        waitIncomplete(true, timestampNanos);
    }

    @Override
    protected Direction direction() {
        return Direction.REQUEST;
    }

    @Override
    public boolean isLost() {
        return lost || (begun != null && begun.behindLoss);
    }

    /** The final response to a request was seen. */
    void answered(HttpExchange exchange) {
        if (exchange == newest) {
            expectHeadInsteadOfBody();
        }
    }

    /** What comes may be another protocol: an upgrade or a tunnel was granted. */
    void switchProtocols() {
        uncertain = true;
        doubtNextHead();
    }

    @Override
    public boolean isHeadUnfinished() {
        return unfinishedHead() != null;
    }

    @Override
    public HttpExchange takeBegun() {
        HttpExchange exchange = begun;
        if (exchange == null || exchange.ended || exchange.responseSeen() || inPieces) {
            return null;
        }
        exchange.requestConflicting |= takeConflictOfRest();
        context.handler.onMalformed(exchange, Anomaly.HEAD_INCOMPLETE);
        return exchange;
    }

    /**
     * No more requests will come. A head that has begun can no longer become complete: told as of its first byte.
     *
     * @param fault whether the client, rather than whoever watches it, has stopped
     */
    void finish(boolean fault, long timestampNanos) {
        RequestParser head = unfinishedHead();
        if (begun != null) {
            waitIncomplete(false, timestampNanos);
        } else if (head != null && fault) {
            onBadBytes(head.stoppedInTlsRecord() ? Anomaly.NOT_HTTP : Anomaly.HEAD_INCOMPLETE, timestampNanos);
        }
        stop();
    }

    /** The watch over the connection ends, not the connection: what has begun is kept for it. */
    void interrupt(long timestampNanos) {
        if (begun != null && !begun.ended && !begun.responseSeen() && !inPieces) {
            begun.requestConflicting |= takeConflictOfRest();
            context.handler.onMalformed(begun, Anomaly.HEAD_INCOMPLETE);
            context.interrupted.add(begun, timestampNanos);
            begun = null;
        }
        finish(false, timestampNanos);
    }

    /** @param goesOn whether the rest of it may have been sent all the same, and more requests after it */
    private void waitIncomplete(boolean goesOn, long timestampNanos) {
        HttpExchange exchange = begun;
        begun = null;
        inPieces = false;
        if (exchange == null || exchange.ended) {
            return;
        }
        exchange.requestConflicting |= takeConflictOfRest();
        context.handler.onMalformed(exchange, Anomaly.HEAD_INCOMPLETE);
        if (!exchange.waiting && !exchange.responseSeen()) {
            exchange.doubtful = goesOn;
            if (!pending.add(exchange, timestampNanos)) {
                context.end(exchange, Exchange.End.RESPONSE_LOST, timestampNanos);
            }
        }
    }
}
