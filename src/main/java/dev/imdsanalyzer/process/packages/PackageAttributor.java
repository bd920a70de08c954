package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.PackageOwners;
import dev.imdsanalyzer.process.PendingAttribution;

/** Another attributor's callers, with their packages. Within the time that is given, a caller comes without rather than late. */
public final class PackageAttributor implements Attributor {
    private final Attributor callers;
    private final PackageOwners packages;

    /** Takes over the attributor, but not the packages: those are closed by whoever made them, after this. */
    public PackageAttributor(Attributor callers, PackageOwners packages) {
        this.callers = callers;
        this.packages = packages;
    }

    @Override
    public Attribution connectionOpened(FourTuple fourTuple, long openedNanos, boolean synSeen) {
        return new WithPackage(callers.connectionOpened(fourTuple, openedNanos, synSeen));
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
            long start = System.nanoTime();
            Caller caller = inner.caller(timeoutNanos);
            // What is not settled may still change: its package is not asked for yet.
            if (!inner.settled() || caller.packageName() != null) {
                return caller;
            }
            return ask(caller).caller(timeoutNanos - (System.nanoTime() - start));
        }

        private synchronized PendingAttribution ask(Caller caller) {
            if (completed == null) {
                completed = new PendingAttribution(caller);
                packages.complete(caller, completed::settle);
            }
            return completed;
        }
    }
}
