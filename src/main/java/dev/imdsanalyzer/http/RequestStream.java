package dev.imdsanalyzer.http;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.Direction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/** The bytes from the client: request heads become exchanges. */
final class RequestStream extends MessageStream<RequestParser> {
    private static final byte[] HEAD = "HEAD".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONNECT = "CONNECT".getBytes(StandardCharsets.US_ASCII);

    /** RFC 9110 section 9 and RFC 5789. */
    private static final byte[][] STANDARD_METHODS = Stream.of(
                    "GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH")
            .map(method -> method.getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);

    RequestStream(HttpConnection owner, HttpContext context) {
        super(owner, context, Direction.REQUEST, context.requestParsers);
    }

    @Override
    protected void onHead(RequestParser head, long headEnd, long headNanos, long timestampNanos) {
        context.counters.increment(Counter.REQUESTS);
        HttpExchange exchange = new HttpExchange(owner, true, headNanos);
        exchange.headEnd = headEnd;
        exchange.requestConflicting = takeConflict(headEnd);
        exchange.head = isMethod(head, HEAD);
        exchange.connect = isMethod(head, CONNECT);
        exchange.simple = head.minorVersion() == RequestParser.HTTP_0_9;
        // Where the answers' side is no HTTP, no answer will be seen; behind a broken request, nobody can tell whose it
        // is.
        boolean waits = !owner.responses.isMalformed() && !isMalformed() && owner.pending.add(exchange, timestampNanos);
        context.handler.onRequest(exchange, head);
        if (!waits) {
            context.end(exchange, Exchange.End.RESPONSE_LOST, timestampNanos);
        }
        if (exchange.simple) {
            // It has no fields and no successor: the response ends the connection (RFC 1945 section 1.3).
            stop();
        } else {
            expectBody(BodyLength.ofRequest(head), timestampNanos);
        }
    }

    @Override
    protected void onHeadsConflicting(long from, long timestampNanos) {
        owner.pending.conflict(from, timestampNanos);
    }

    private static boolean isMethod(RequestHead head, byte[] method) {
        int start = head.methodOffset();
        return Arrays.equals(head.buffer(), start, start + head.methodLength(), method, 0, method.length);
    }

    /** Servers that do not refuse it read on so; and a field must not hide the calls behind it from the log. */
    @Override
    protected boolean mayGuessNoBody() {
        return true;
    }

    /** Not every text with two spaces in it: where nothing tells where a line begins, {@code xGET} is a token too. */
    @Override
    protected boolean isCredible(RequestParser head) {
        if (head.minorVersion() == RequestParser.HTTP_0_9) {
            return false;
        }
        for (byte[] method : STANDARD_METHODS) {
            if (isMethod(head, method)) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected boolean isHeadless() {
        return false;
    }

    @Override
    protected void onContent(long bytes) {}

    @Override
    protected void onMessageEnd(boolean whole, long timestampNanos) {}

    @Override
    protected void onContentLost() {}

    @Override
    protected void onPlaceLost(long timestampNanos) {}

    /** No more requests will come. A head that has begun can no longer become complete: told as of its first byte. */
    void finish() {
        RequestParser head = unfinishedHead();
        if (head != null) {
            reportMalformed(head.stoppedInTlsRecord() ? Anomaly.NOT_HTTP : Anomaly.HEAD_INCOMPLETE, headNanos());
        }
    }
}
