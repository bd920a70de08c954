package dev.imdsanalyzer.process;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An answer on its way: a look-up thread gives it, first perhaps in part. Any thread. */
public final class PendingAttribution implements Attribution {
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile Caller caller;

    /** @param fallback what to answer when the time is up before anything is known */
    public PendingAttribution(Caller fallback) {
        caller = fallback;
    }

    /** An answer that is known at once. */
    public static PendingAttribution settled(Caller caller) {
        PendingAttribution attribution = new PendingAttribution(caller);
        attribution.settle(caller);
        return attribution;
    }

    /** The best answer so far; a better one may follow. Nothing happens once it is settled. */
    public void improve(Caller better) {
        if (!settled()) {
            caller = better;
        }
    }

    /** The last word. */
    public void settle(Caller last) {
        if (!settled()) {
            caller = last;
            settled.countDown();
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
