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

    HttpContext(ExchangeHandler handler, HttpLimits limits, Counters counters) {
        this.handler = handler;
        this.limits = limits;
        this.counters = counters;
        requestParsers = new ParserPool<>(() -> new RequestParser(limits.maximumHeadBytes()));
        responseParsers = new ParserPool<>(() -> new ResponseParser(limits.maximumHeadBytes()));
        timer = new ResponseTimer(limits.responseWait().toNanos());
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
