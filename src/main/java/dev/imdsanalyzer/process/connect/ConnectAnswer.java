package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBudget;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What the connect source knows of one captured connection. It may become known later, be given up, or become known
 * after it was given up. Any thread.
 */
public final class ConnectAnswer extends CallerBudget.Holder implements Attribution {
    /** Why nobody is named where two connects fit a connection. */
    public static final String AMBIGUOUS =
            "ambiguous: more than one process connected from this address and port in the same moment";

    private final CountDownLatch decided = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private final CallerBudget budget;
    private volatile Caller caller;
    private boolean released;
    private boolean givenUp;
    private Runnable whenGivenUp;
    private Runnable whenAnswered;

    /** @param budget counts the caller until this is released */
    ConnectAnswer(CallerBudget budget) {
        this.budget = budget;
    }

    /** Says who it was. A later word, when the first one turns out to be doubtful, takes its place. */
    void answer(Caller found) {
        Runnable action;
        synchronized (this) {
            caller = found;
            action = whenAnswered;
            whenAnswered = null;
            if (!released) {
                budget.hold(this, found);
            }
        }
        answered.countDown();
        decided.countDown();
        run(action);
    }

    @Override
    protected void giveUp(Caller rest) {
        caller = rest;
    }

    @Override
    public synchronized void release() {
        released = true;
        budget.release(this);
    }

    /** Says that nobody should wait any longer. No effect after an answer. */
    public void giveUp() {
        Runnable action;
        synchronized (this) {
            if (caller != null || givenUp) {
                return;
            }
            givenUp = true;
            action = whenGivenUp;
            whenGivenUp = null;
        }
        decided.countDown();
        run(action);
    }

    /** Runs something once, in whatever thread gives this answer up; at once if that has happened. One at most. */
    void whenGivenUp(Runnable action) {
        boolean now;
        synchronized (this) {
            now = givenUp;
            whenGivenUp = now ? null : action;
        }
        run(now ? action : null);
    }

    /** Runs something once, in the thread that answers; at once if that has happened. One at most. */
    public void whenAnswered(Runnable action) {
        boolean now;
        synchronized (this) {
            now = caller != null;
            whenAnswered = now ? null : action;
        }
        run(now ? action : null);
    }

    private static void run(Runnable action) {
        if (action != null) {
            action.run();
        }
    }

    synchronized boolean givenUp() {
        return givenUp && caller == null;
    }

    /** The answer, if there is one now; else null. */
    Caller now() {
        return caller;
    }

    /** Waits for an answer or for the giving up; null after the latter and after the timeout. */
    Caller await(long timeoutNanos) throws InterruptedException {
        return caller == null && !decided.await(timeoutNanos, TimeUnit.NANOSECONDS) ? null : caller;
    }

    /** Waits for an answer that may come after the giving up; null after the timeout. */
    Caller awaitLate(long timeoutNanos) throws InterruptedException {
        return caller == null && !answered.await(timeoutNanos, TimeUnit.NANOSECONDS) ? null : caller;
    }

    @Override
    public boolean settled() {
        return caller != null;
    }

    @Override
    public Caller caller(long timeoutNanos) throws InterruptedException {
        Caller found = await(timeoutNanos);
        return found != null ? found : Caller.unknown("the kernel reported no connect for this connection");
    }
}
