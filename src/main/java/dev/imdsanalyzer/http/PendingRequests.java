package dev.imdsanalyzer.http;

import dev.imdsanalyzer.status.Counter;

/**
 * The requests of one connection that wait for their response, in order: responses come in the same order (RFC 9112
 * section 9.3.2). A request that was given up by the timer stays in line, so that its late response meets
 * it and no other.
 *
 * <p>Bytes missing from the responses put every waiting request in doubt. A client that pipelines nothing sends a request
 * only after the response to the one before. So the next response to be seen belongs to the newest request, and any older
 * one has lost its response; so has every doubtful one as soon as another request comes. Once a connection was seen to
 * pipeline, nobody can tell, and all the doubtful ones have lost theirs.
 */
final class PendingRequests {
    /** RFC 9110 section 15.5.9: also sent where no request has begun. */
    private static final int REQUEST_TIMEOUT = 408;

    private final HttpConnection owner;
    private final HttpContext context;

    private HttpExchange first;
    private HttpExchange last;
    private int size;
    /** Requests behind {@link #last} that found no room. Until the line has emptied no other may join it. */
    private int untracked;

    private boolean pipelining;

    PendingRequests(HttpConnection owner, HttpContext context) {
        this.owner = owner;
        this.context = context;
    }

    /** Lets a request wait; false if there is no room, and then its response will be dropped. */
    boolean add(HttpExchange exchange, long timestampNanos) {
        if (!pipelining) {
            while (first != null && first.doubtful) {
                context.end(removeFirst(), Exchange.End.RESPONSE_LOST, timestampNanos);
            }
        }
        boolean room = context.makeRoom(timestampNanos);
        if (!room || untracked > 0 || size == context.limits.maximumPendingRequests()) {
            untracked++;
            context.counters.increment(Counter.REQUESTS_UNTRACKED);
            return false;
        }
        if (first == null) {
            first = exchange;
        } else {
            // Both heads in one segment.
            pipelining |= last.requestNanos() == exchange.requestNanos();
            last.next = exchange;
        }
        last = exchange;
        exchange.waiting = true;
        size++;
        context.waiting++;
        context.timer.start(exchange, timestampNanos);
        return true;
    }

    /**
     * The exchange that a response belongs to, which no longer waits; a new one without a request if there is none.
     *
     * @return null if nobody wants to hear of that response
     */
    HttpExchange take(int status, long headNanos, long timestampNanos) {
        while (first != null && first.noRequest && first.next != null && status < 400) {
            // No server serves what is no request, and not all answer it.
            context.end(removeFirst(), Exchange.End.CLOSED_UNANSWERED, timestampNanos);
        }
        boolean unknowable = first != null && first.doubtful && pipelining;
        while (first != null && first.doubtful && (unknowable || first.next != null)) {
            context.end(removeFirst(), Exchange.End.RESPONSE_LOST, timestampNanos);
        }
        if (first != null && !unknowable) {
            HttpExchange exchange = removeFirst();
            pipelining |= first != null && !exchange.doubtful;
            return exchange;
        }
        if (untracked > 0) {
            untracked--;
            return null;
        }
        HttpExchange begun = owner.requests.takeBegun();
        if (begun != null) {
            return begun;
        }
        if (owner.requests.unfinishedHead() != null) {
            // It answers what was no request yet; that is told when the head is known to stay incomplete.
            return null;
        }
        context.counters.increment(Counter.RESPONSES_UNMATCHED);
        if (status == REQUEST_TIMEOUT && owner.requests.isWhole()) {
            // A server's farewell to a connection that idles: nobody has asked anything.
            return null;
        }
        return new HttpExchange(owner, false, headNanos);
    }

    /** Whether the next response is for a request of HTTP/0.9. */
    boolean awaitsSimpleResponse() {
        return first != null && first.simple;
    }

    /** Somebody else needs the room: their responses are still told from those that follow, and dropped. */
    void giveUp(long timestampNanos) {
        while (first != null) {
            HttpExchange exchange = removeFirst();
            untracked++;
            context.counters.add(Counter.REQUESTS_UNTRACKED, exchange.ended ? 0 : 1);
            context.end(exchange, Exchange.End.RESPONSE_LOST, timestampNanos);
        }
    }

    /** Bytes are missing in which responses may have been. */
    void doubtAll() {
        untracked = 0;
        for (HttpExchange exchange = first; exchange != null; exchange = exchange.next) {
            exchange.doubtful = true;
        }
    }

    /** No response will come. */
    void endAll(long timestampNanos) {
        untracked = 0;
        while (first != null) {
            HttpExchange exchange = removeFirst();
            context.end(
                    exchange,
                    exchange.doubtful ? Exchange.End.RESPONSE_LOST : Exchange.End.CLOSED_UNANSWERED,
                    timestampNanos);
        }
    }

    private HttpExchange removeFirst() {
        HttpExchange exchange = first;
        first = exchange.next;
        exchange.next = null;
        exchange.waiting = false;
        size--;
        context.waiting--;
        if (first == null) {
            last = null;
        }
        return exchange;
    }
}
