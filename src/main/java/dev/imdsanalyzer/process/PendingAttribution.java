package dev.imdsanalyzer.process;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An answer on its way: a look-up thread gives it, first perhaps in part. Any thread. */
public final class PendingAttribution extends CallerBudget.Holder implements Attribution {
    private final CountDownLatch settled = new CountDownLatch(1);
    private final CallerBudget budget;
    private volatile Caller caller;
    private boolean released;

    /**
     * Nothing is known yet.
     *
     * @param fallback what to answer when the time is up before anything is known
     * @param budget counts the answer until this is released; null for an answer that somebody else counts
     */
    public PendingAttribution(Caller fallback, CallerBudget budget) {
        this.caller = fallback;
        this.budget = budget;
    }

    /** An answer that is known at once, counted by somebody else. */
    public static PendingAttribution settled(Caller caller) {
        return settled(caller, null);
    }

    /** An answer that is known at once. */
    public static PendingAttribution settled(Caller caller, CallerBudget budget) {
        PendingAttribution attribution = new PendingAttribution(caller, budget);
        attribution.settle(caller);
        return attribution;
    }

    /** The best answer so far; a better one may follow. Nothing happens once it is settled. */
    public void improve(Caller better) {
        if (!settled()) {
            take(better);
        }
    }

    /** The last word. */
    public void settle(Caller last) {
        if (!settled()) {
            take(last);
            settled.countDown();
        }
    }

    private synchronized void take(Caller taken) {
        caller = taken;
        if (budget != null && !released) {
            budget.hold(this, taken);
        }
    }

    @Override
    protected void giveUp(Caller rest) {
        caller = rest;
    }

    @Override
    public synchronized void release() {
        released = true;
        if (budget != null) {
            budget.release(this);
        }
    }

    @Override
    public boolean settled() {
        return settled.getCount() == 0;
    }

    @Override
    public Caller caller(long timeoutNanos) throws InterruptedException {
        if (!settled()) {
            boolean inTime = settled.await(Math.max(0, timeoutNanos), TimeUnit.NANOSECONDS);
            assert inTime || caller != null : "there is always a fallback";
        }
        return caller;
    }
}
