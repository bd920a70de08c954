package dev.imdsanalyzer.imds.exchange;

import dev.imdsanalyzer.http.Exchange;
import dev.imdsanalyzer.imds.request.CallDraft;
import dev.imdsanalyzer.tcp.Connection;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Ended exchanges whose meaning only the next moments tell, oldest first.
 *
 * <p>Bounded by number and by time: IMDS sends a lost answer again after a fraction of a second, and a receiver
 * acknowledges within half a second (RFC 9293 section 3.8.6.3), so {@link #MAX_WAIT_NANOS} is enough. One thread.
 */
final class HeldCalls {
    static final int MAX_CALLS = 1024;
    static final long MAX_WAIT_NANOS = 3_000_000_000L;

    /**
     * What is proven after so long is told: SDKs give a token up after a second and then fall back to IMDSv1, and that
     * call is understood only if this one came before it.
     */
    static final long PROOF_NANOS = 400_000_000L;

    /** Takes a call that need not wait any longer. */
    interface Finisher {
        void finish(CallDraft draft, boolean captureStopped);
    }

    private record Held(CallDraft draft, long sinceNanos) {}

    private final ArrayDeque<Held> waiting = new ArrayDeque<>();
    private final Finisher finisher;

    HeldCalls(Finisher finisher) {
        this.finisher = finisher;
    }

    void hold(CallDraft draft, long nowNanos) {
        if (waiting.size() == MAX_CALLS) {
            finisher.finish(waiting.removeFirst().draft, false);
        }
        waiting.addLast(new Held(draft, nowNanos));
    }

    /** The connection goes on: whatever was to be learned has been. */
    void release(Connection connection) {
        close(connection, false);
    }

    void close(Connection connection, boolean captureStopped) {
        if (waiting.isEmpty()) {
            return;
        }
        for (Iterator<Held> each = waiting.iterator(); each.hasNext(); ) {
            Held held = each.next();
            if (held.draft.connection == connection) {
                each.remove();
                finisher.finish(held.draft, captureStopped && held.draft.end == Exchange.End.CLOSED_UNANSWERED);
            }
        }
    }

    /** Before a call is told: one whose answer has arrived meanwhile comes first, in the order in which they were made. */
    void expire(long nowNanos) {
        for (Iterator<Held> each = waiting.iterator(); each.hasNext(); ) {
            Held held = each.next();
            long waited = nowNanos - held.sinceNanos;
            if (FindingRules.hasArrived(held.draft)
                    || waited >= MAX_WAIT_NANOS
                    || (waited >= PROOF_NANOS && FindingRules.isSettled(held.draft))) {
                each.remove();
                finisher.finish(held.draft, false);
            }
        }
    }
}
