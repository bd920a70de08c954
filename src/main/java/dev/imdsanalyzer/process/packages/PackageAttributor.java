package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.Behind;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBudget;
import dev.imdsanalyzer.process.CallerKind;
import dev.imdsanalyzer.process.PackageOwners;
import dev.imdsanalyzer.process.PendingAttribution;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Another attributor's callers, with their packages. A caller comes without its package rather than late: whoever runs
 * ever new files holds up nobody else's lines.
 */
public final class PackageAttributor implements Attributor {
    /** One caller waits so long for its package at most. */
    private static final long PATIENCE_NANOS = 200_000_000L;

    /** As long as a caller of many connections is taken for the same without another look. */
    static final long FRESH_NANOS = 5_000_000_000L;

    private static final int RECENT = 64;

    /** A heavier caller is looked up each time: they would be kept however few calls they make. */
    static final int MAXIMUM_RECENT_BYTES = 16 << 10;

    private final Attributor callers;
    private final PackageOwners packages;
    private final CallerBudget budget;
    private final LongSupplier nanoTime;
    private final WaitAllowance waits;
    /** Direct-mapped; each entry is put whole, by whatever thread. */
    private final Completed[] recent = new Completed[RECENT];

    private record Completed(Caller caller, Caller complete, long nanos) {
        Caller completed(Caller like) {
            return like.pid() == complete.pid() && like.startNanos() == complete.startNanos()
                    ? complete
                    : complete.another(like.pid(), like.startNanos(), like.ancestors());
        }
    }

    /**
     * Takes over the attributor, but not the packages: those are closed by whoever made them, after this.
     *
     * @param budget counts the callers with their packages, beside those without
     */
    public PackageAttributor(Attributor callers, PackageOwners packages, CallerBudget budget) {
        this(callers, packages, budget, System::nanoTime);
    }

    PackageAttributor(Attributor callers, PackageOwners packages, CallerBudget budget, LongSupplier nanoTime) {
        this.budget = budget;
        this.nanoTime = nanoTime;
        this.waits = new WaitAllowance(nanoTime.getAsLong());
        this.callers = callers;
        this.packages = packages;
    }

    @Override
    public Attribution connectionOpened(FourTuple fourTuple, long openedNanos, long initialSequenceNumber) {
        Attribution attribution = callers.connectionOpened(fourTuple, openedNanos, initialSequenceNumber);
        foresee(attribution);
        return new WithPackage(attribution);
    }

    /** Asks for the package of a caller that is known at once: then it is there when the answer is wanted. */
    private void foresee(Attribution attribution) {
        if (!attribution.settled()) {
            return;
        }
        try {
            begin(attribution.caller(0), null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private PendingAttribution begin(Caller caller, CallerBudget counting) {
        int slot = caller.likeHash() & RECENT - 1;
        Completed before = recent[slot];
        long now = nanoTime.getAsLong();
        // The same process or one that runs the same, looked at a moment ago.
        if (before != null && before.caller.isLike(caller) && now - before.nanos < FRESH_NANOS) {
            return PendingAttribution.settled(before.completed(caller), counting);
        }
        PendingAttribution pending = new PendingAttribution(caller, counting);
        Thread asking = Thread.currentThread();
        packages.complete(caller, complete -> {
            Caller last = caller.kind() == null ? complete : complete.ofKind(new CallerKind());
            // Nobody has looked where the answer comes at once; that must not hold for all of a kind.
            boolean looked = caller.kind() == null || Thread.currentThread() != asking;
            if (looked && caller.weight() <= MAXIMUM_RECENT_BYTES) {
                recent[slot] = new Completed(caller, last, now);
            }
            pending.settle(last);
        });
        return pending;
    }

    @Override
    public Attribution answering(FourTuple fourTuple) {
        return callers.answering(fourTuple);
    }

    @Override
    public CompletableFuture<Behind> behind(FourTuple fourTuple, Caller caller, long callNanos) {
        return callers.behind(fourTuple, caller, callNanos);
    }

    @Override
    public boolean ready() {
        return callers.ready();
    }

    @Override
    public void close() {
        callers.close();
    }

    /** One answer; its package is asked for once, by whoever first learns the caller. */
    private final class WithPackage implements Attribution {
        private final Attribution inner;
        private PendingAttribution completed;
        private int kept = 1;

        WithPackage(Attribution inner) {
            this.inner = inner;
        }

        @Override
        public boolean settled() {
            PendingAttribution known = asked();
            return known != null ? known.settled() : inner.settled();
        }

        private synchronized PendingAttribution asked() {
            return completed;
        }

        @Override
        public Caller caller(long timeoutNanos) throws InterruptedException {
            long start = nanoTime.getAsLong();
            Caller caller = inner.caller(timeoutNanos);
            // What is not settled may still change: its package is not asked for yet.
            if (!inner.settled() || caller.packageName() != null) {
                return caller;
            }
            PendingAttribution pending = ask(caller);
            long asked = nanoTime.getAsLong();
            if (pending.settled() || !waits.mayWait(asked)) {
                return pending.caller(0);
            }
            Caller complete = pending.caller(Math.min(PATIENCE_NANOS, timeoutNanos - (asked - start)));
            long end = nanoTime.getAsLong();
            waits.pay(end - asked, end);
            return complete;
        }

        @Override
        public synchronized void retain() {
            kept++;
        }

        @Override
        public synchronized void release() {
            if (--kept == 0) {
                inner.release();
                if (completed != null) {
                    completed.release();
                }
            }
        }

        private synchronized PendingAttribution ask(Caller caller) {
            if (completed == null) {
                completed = begin(caller, budget);
                if (kept <= 0) {
                    completed.release();
                }
            }
            return completed;
        }
    }
}
