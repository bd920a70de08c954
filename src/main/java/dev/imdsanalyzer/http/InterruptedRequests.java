package dev.imdsanalyzer.http;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.tcp.Connection;
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

    /** Ends an exchange, unless that was done before. */
    interface Ending {
        void end(HttpExchange exchange, Exchange.End end, long nowNanos);
    }

    private final Ending ending;
    private final Map<FourTuple, Interrupted> byEnds = new LinkedHashMap<>();

    InterruptedRequests(Ending ending) {
        this.ending = ending;
    }

    void add(HttpExchange exchange, long nowNanos) {
        FourTuple ends = exchange.connection().fourTuple();
        end(byEnds.remove(ends), nowNanos);
        if (byEnds.size() == MAXIMUM) {
            endOldest(nowNanos);
        }
        byEnds.put(ends, new Interrupted(exchange, nowNanos));
    }

    /** The request that waits on once its ends are seen again, and is kept here no longer; null if there is none. */
    HttpExchange take(Connection connection) {
        Interrupted interrupted = byEnds.isEmpty() ? null : byEnds.remove(connection.fourTuple());
        return interrupted == null ? null : interrupted.exchange;
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
            ending.end(interrupted.exchange, Exchange.End.RESPONSE_LOST, nowNanos);
        }
    }
}
