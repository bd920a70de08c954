package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Caller;
import java.util.ArrayDeque;
import java.util.List;

/** The newest look-ups of processes that answer in the place of IMDS: who is among them may ask IMDS for somebody. Any thread. */
public final class AnsweringNow {
    private static final int KEPT = 16;

    /** So long whoever calls may be one that answers and was not found. */
    private static final long UNKNOWN_NANOS = 2_000_000_000L;

    private record Look(Attribution process, long nanos) {}

    private final ArrayDeque<Look> newest = new ArrayDeque<>();

    synchronized void add(Attribution process) {
        if (newest.size() == KEPT) {
            newest.removeFirst();
        }
        newest.addLast(new Look(process, System.nanoTime()));
    }

    /**
     * Whether the process may answer in the place of IMDS: whether it is one that does, or that one passes on to, or one was
     * not found a moment ago.
     *
     * @param ends of its connection to IMDS
     * @param waitNanos for look-ups that are on their way, all together: the next calls wait behind this one
     */
    public boolean mayAnswer(Caller caller, FourTuple ends, long waitNanos) {
        List<Look> all;
        synchronized (this) {
            if (newest.isEmpty()) {
                return false;
            }
            all = List.copyOf(newest);
        }
        long deadline = System.nanoTime() + waitNanos;
        try {
            for (Look look : all) {
                Caller answering = look.process.caller(Math.max(0, deadline - System.nanoTime()));
                boolean unknown = answering.pid() < 0 && System.nanoTime() - look.nanos < UNKNOWN_NANOS;
                if (unknown || answering.pid() == caller.pid() || PortForwarder.leadsTo(answering, ends)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
