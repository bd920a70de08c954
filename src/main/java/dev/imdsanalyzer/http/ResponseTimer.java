package dev.imdsanalyzer.http;

/**
 * The exchanges of all connections that wait for something, each for the same time. So the one that began to wait first
 * is due first, and a list in that order is all it takes.
 */
final class ResponseTimer {
    private final long waitNanos;
    private HttpExchange first;
    private HttpExchange last;
    private int size;

    ResponseTimer(long waitNanos) {
        this.waitNanos = waitNanos;
    }

    /** Lets an exchange wait from {@code nowNanos} on, whether it waited already or not. */
    void start(HttpExchange exchange, long nowNanos) {
        stop(exchange);
        exchange.timed = true;
        exchange.deadlineNanos = nowNanos + waitNanos;
        exchange.timedBefore = last;
        if (last == null) {
            first = exchange;
        } else {
            last.timedAfter = exchange;
        }
        last = exchange;
        size++;
    }

    void stop(HttpExchange exchange) {
        if (!exchange.timed) {
            return;
        }
        if (exchange.timedBefore == null) {
            first = exchange.timedAfter;
        } else {
            exchange.timedBefore.timedAfter = exchange.timedAfter;
        }
        if (exchange.timedAfter == null) {
            last = exchange.timedBefore;
        } else {
            exchange.timedAfter.timedBefore = exchange.timedBefore;
        }
        exchange.timed = false;
        size--;
        exchange.timedBefore = null;
        exchange.timedAfter = null;
    }

    /** How many are waiting. */
    int size() {
        return size;
    }

    /** The exchange that waits longest; null if there is none. */
    HttpExchange oldest() {
        return first;
    }

    /** The exchange that waited longest, if it waited long enough; null if there is none. It stays in the list. */
    HttpExchange due(long nowNanos) {
        return first != null && first.deadlineNanos <= nowNanos ? first : null;
    }
}
