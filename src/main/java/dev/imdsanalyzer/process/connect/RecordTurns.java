package dev.imdsanalyzer.process.connect;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who handles a record, in the order in which each owner's came. The thread that reads the rings does it itself where that
 * takes no time, as with one more run of a script that is known: to wake the other one costs more than the work. That one has
 * all the others, and all that come while something waits for it.
 */
final class RecordTurns {
    /** Of one pass over the rings. What comes faster goes to the queue, so that the rings stay empty. */
    private static final int HANDLED_AT_ONCE = 4;

    private final RecordQueue queue = new RecordQueue();
    private final ConnectTracker tracker;
    /** Held by the one that handles a record or the end of a pass. */
    private final ReentrantLock turn = new ReentrantLock();

    private long passed;
    private int handled;

    RecordTurns(ConnectTracker tracker) {
        this.tracker = tracker;
    }

    /** What waits for the thread that looks into /proc. */
    RecordQueue queue() {
        return queue;
    }

    /** Has something done while nobody handles anything. */
    void alone(Runnable task) {
        turn.lock();
        try {
            task.run();
        } finally {
            turn.unlock();
        }
    }

    /** All rings are about to be read once, from this moment on, ns since the epoch. The reading thread's, as are the next two. */
    void beginPass(long nanos) {
        handled = 0;
        queue.beginPass(nanos);
    }

    /**
     * Handles the record, if nothing has come before it that waits, and it needs no look at its process.
     *
     * @return false where it does not: it is for the queue then
     */
    boolean handleAtOnce(ByteBuffer record) {
        if (handled == HANDLED_AT_ONCE || !queue.isIdle() || !turn.tryLock()) {
            return false;
        }
        try {
            handled++;
            return tracker.onRecordAtOnce(record);
        } finally {
            turn.unlock();
        }
    }

    /** The rings were read once. */
    void endPass() {
        if (!turn.tryLock()) {
            queue.endPass();
            return;
        }
        try {
            if (queue.endIdlePass()) {
                endPasses();
            } else {
                queue.endPass();
            }
        } finally {
            turn.unlock();
        }
    }

    /** Handles the next record that is for the other thread, or waits for one, or for the end of a pass. Nothing once closed. */
    void handleNext() throws InterruptedException {
        RecordQueue.Entry entry = queue.take(passed());
        turn.lock();
        try {
            if (entry != null) {
                handle(entry);
            }
            endPasses();
        } finally {
            turn.unlock();
        }
    }

    private long passed() {
        turn.lock();
        try {
            return passed;
        } finally {
            turn.unlock();
        }
    }

    private void handle(RecordQueue.Entry entry) {
        try {
            tracker.onRecord(entry.record());
        } finally {
            queue.giveBack(entry);
        }
    }

    private void endPasses() {
        long reached = queue.reached();
        // Twice, if several passes are over: what came before the first of them was read in whole.
        for (long pass = Math.max(passed, reached - 2); pass < reached; pass++) {
            tracker.endPass();
        }
        passed = reached;
    }
}
