package dev.imdsanalyzer.http;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;

/** What all connections of one decoder share. */
final class HttpContext {
    final ExchangeHandler handler;
    final HttpLimits limits;
    final Counters counters;
    final ParserPool<RequestParser> requestParsers;
    final ParserPool<ResponseParser> responseParsers;
    final ResponseTimer timer;
    final InterruptedRequests interrupted;
    /** Requests of all connections in line for their response. */
    int waiting;

    HttpContext(ExchangeHandler handler, HttpLimits limits, Counters counters) {
        this.handler = handler;
        this.limits = limits;
        this.counters = counters;
        requestParsers = new ParserPool<>(() -> new RequestParser(limits.maximumHeadBytes()));
        responseParsers = new ParserPool<>(() -> new ResponseParser(limits.maximumHeadBytes()));
        interrupted = new InterruptedRequests(this::end);
        timer = new ResponseTimer(limits.responseWait().toNanos());
    }

    /**
     * Makes room for one more request that waits, of whichever connection: past the bound, those of the connection that has
     * waited longest are given up.
     *
     * @return false if there is still none, as all that wait were given up by time and their connections stay open
     */
    boolean makeRoom(long timestampNanos) {
        int bound = limits.maximumWaitingRequests();
        HttpExchange oldest = timer.oldest();
        while (oldest != null && (waiting >= bound || timer.size() >= bound)) {
            if (oldest.responseSeen()) {
                end(oldest, Exchange.End.ANSWERED_IN_PART, timestampNanos);
            } else {
                oldest.owner.giveUp(timestampNanos);
            }
            oldest = timer.oldest();
        }
        return waiting < bound;
    }

    /** Ends an exchange, unless that was done before. */
    void end(HttpExchange exchange, Exchange.End end, long timestampNanos) {
        if (exchange.ended) {
            return;
        }
        exchange.ended = true;
        timer.stop(exchange);
        if (!exchange.responseSeen()) {
            counters.increment(Counter.REQUESTS_UNANSWERED);
        }
        handler.onEnd(exchange, end, timestampNanos);
    }
}
