package dev.imdsanalyzer.http;

import dev.imdsanalyzer.packet.FourTuple;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Requests whose head had begun when the watch over their connection ended, because nothing came for long or because its
 * room was needed. The connection may go on, and IMDS serve them: when the same ends are seen again without a handshake,
 * the next response is theirs.
 *
 * <p>Bounded by number and time; the oldest is ended.
 */
final class InterruptedRequests {
    static final int MAXIMUM = 256;
    static final long KEPT_NANOS = Duration.ofMinutes(15).toNanos();

    private record Interrupted(HttpExchange exchange, long sinceNanos) {}

    private final HttpContext context;
    private final Map<FourTuple, Interrupted> byEnds = new LinkedHashMap<>();

    InterruptedRequests(HttpContext context) {
        this.context = context;
    }

    void add(HttpExchange exchange, long nowNanos) {
        FourTuple ends = exchange.connection().fourTuple();
        end(byEnds.remove(ends), nowNanos);
        if (byEnds.size() == MAXIMUM) {
            endOldest(nowNanos);
        }
        byEnds.put(ends, new Interrupted(exchange, nowNanos));
    }

    /** A connection was joined after its start: if it was known before, its request waits on. */
    void resume(HttpConnection connection, long nowNanos) {
        if (byEnds.isEmpty()) {
            return;
        }
        Interrupted interrupted = byEnds.remove(connection.connection.fourTuple());
        if (interrupted == null) {
            return;
        }
        HttpExchange exchange = interrupted.exchange;
        exchange.owner = connection;
        exchange.doubtful = true;
        if (!connection.pending.add(exchange, nowNanos)) {
            context.end(exchange, Exchange.End.RESPONSE_LOST, nowNanos);
        }
    }

    void expire(long nowNanos) {
        while (!byEnds.isEmpty() && nowNanos - byEnds.values().iterator().next().sinceNanos > KEPT_NANOS) {
            endOldest(nowNanos);
        }
    }

    void endAll(long nowNanos) {
        while (!byEnds.isEmpty()) {
            endOldest(nowNanos);
        }
    }

    private void endOldest(long nowNanos) {
        Iterator<Interrupted> oldest = byEnds.values().iterator();
        Interrupted interrupted = oldest.next();
        oldest.remove();
        end(interrupted, nowNanos);
    }

    private void end(Interrupted interrupted, long nowNanos) {
        if (interrupted != null) {
            context.end(interrupted.exchange, Exchange.End.RESPONSE_LOST, nowNanos);
        }
    }
}
