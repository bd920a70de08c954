package dev.imdsanalyzer.process;

import java.util.IdentityHashMap;

/** The weight of callers that are kept, each counted once however often it is kept. For one thread at a time. */
public final class SharedWeight {
    private final IdentityHashMap<Caller, Integer> uses = new IdentityHashMap<>();
    private long bytes;

    public void add(Caller caller) {
        if (uses.merge(caller, 1, Integer::sum) == 1) {
            bytes += caller.weight();
        }
    }

    /** Of one that was added as often before, at least. */
    public void remove(Caller caller) {
        if (uses.merge(caller, -1, Integer::sum) == 0) {
            uses.remove(caller);
            bytes -= caller.weight();
        }
    }

    /** In bytes, see {@link Caller#weight}. */
    public long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return uses.isEmpty();
    }
}
