package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.kernel.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The thread that reads databases, and its successors: no read of a file system that answers nobody can be ended from
 * outside, so whoever hangs in one is left to it, and the next thread goes on. There are only so many.
 */
final class LookupThreads implements AutoCloseable {
    private static final int LIMIT = 4;

    /** Whoever takes so much longer than a look-up may does not work but wait. */
    static final long STUCK_NANOS = 5 * LookupBudget.LOOKUP_NANOS;

    /** A thread may hang in a file system; it is a daemon, so the program ends without it. */
    private static final long STOP_MILLIS = 1_000;

    /** Takes one task and does it. */
    interface Work {
        void next(Turn turn) throws InterruptedException;
    }

    private final Work work;
    private final LongSupplier nanoTime;
    private final List<Turn> turns = new ArrayList<>();

    /** Starts the first. */
    LookupThreads(Work work, LongSupplier nanoTime) {
        this.work = work;
        this.nanoTime = nanoTime;
        start();
    }

    private synchronized void start() {
        Turn turn = new Turn();
        turns.add(turn);
        turn.thread.start();
    }

    /**
     * Starts a successor where all threads hang and there may be another.
     *
     * @return for whose sake the last one hangs, told once; else null
     */
    synchronized Party replaceStuck() {
        Turn last = turns.get(turns.size() - 1);
        Party party = last.stuckOn(nanoTime.getAsLong());
        if (party == null || turns.size() == LIMIT) {
            return null;
        }
        last.replaced = true;
        start();
        return party;
    }

    private synchronized void ended(Turn turn) {
        turns.remove(turn);
    }

    /** Ends the threads and waits for each a little. */
    @Override
    public void close() {
        List<Turn> all;
        synchronized (this) {
            all = new ArrayList<>(turns);
        }
        for (Turn turn : all) {
            turn.thread.interrupt();
        }
        try {
            all.get(all.size() - 1).thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What one of the threads does. */
    final class Turn {
        private final Thread thread = new Thread(this::run, "packages");
        private volatile boolean replaced;
        private Party party;
        private long sinceNanos;

        private Turn() {
            thread.setDaemon(true);
        }

        private void run() {
            Capabilities.keepAtMost(Capability.CAP_DAC_READ_SEARCH, Capability.CAP_SYS_PTRACE);
            try {
                while (!replaced && !Thread.currentThread().isInterrupted()) {
                    work.next(this);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (replaced) {
                ended(this);
            }
        }

        /** Before files are touched. */
        synchronized void begin(Party whose) {
            sinceNanos = nanoTime.getAsLong();
            party = whose;
        }

        /** After the last of them. */
        synchronized void end() {
            party = null;
        }

        private synchronized Party stuckOn(long now) {
            return party != null && now - sinceNanos >= STUCK_NANOS ? party : null;
        }
    }
}
