package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.process.Attribution;
import java.util.ArrayDeque;
import java.util.List;

/** The newest look-ups of processes that answer in the place of IMDS: who is among them may ask IMDS for somebody. Any thread. */
public final class AnsweringNow {
    private static final int KEPT = 16;

    private final ArrayDeque<Attribution> newest = new ArrayDeque<>();

    synchronized void add(Attribution process) {
        if (newest.size() == KEPT) {
            newest.removeFirst();
        }
        newest.addLast(process);
    }

    /**
     * Whether the process answers, as far as it is known.
     *
     * @param waitNanos for look-ups that are on their way, all together: the next calls wait behind this one
     */
    public boolean contains(int pid, long waitNanos) {
        List<Attribution> all;
        synchronized (this) {
            if (newest.isEmpty()) {
                return false;
            }
            all = List.copyOf(newest);
        }
        long deadline = System.nanoTime() + waitNanos;
        try {
            for (Attribution process : all) {
                if (process.caller(Math.max(0, deadline - System.nanoTime())).pid() == pid) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
