package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import dev.imdsanalyzer.process.Caller;
import java.util.HashMap;
import java.util.Map;

/**
 * The callers whose connections have no port yet, by the kernel's socket and the time of the connect. Bounded in bytes, and in
 * number as the kernel's side is; where it is too much, who has most gives up his oldest. For one thread.
 */
final class OpenConnects {
    /** As many as the kernel's side remembers. */
    static final int MAXIMUM = 8192;

    static final int MAXIMUM_BYTES = 2 << 20;

    /** The objects around a caller. */
    private static final int OWN_BYTES = 200;

    /** Which connect. */
    record Key(long socket, long connectTime) {
        /** Written out: what a record has by itself goes from method handle to method handle. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && socket == key.socket && connectTime == key.connectTime;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(socket) * 31 + Long.hashCode(connectTime);
        }
    }

    private static final class Open implements OwnerBudget.Kept {
        private final Key key;
        private final Caller caller;
        private final ConnectOwner owner;

        Open(Key key, Caller caller, ConnectOwner owner) {
            this.key = key;
            this.caller = caller;
            this.owner = owner;
        }

        @Override
        public ConnectOwner owner() {
            return owner;
        }

        @Override
        public Caller caller() {
            return caller;
        }
    }

    private final Map<Key, Open> byKey = new HashMap<>();
    private final OwnerBudget<Open> budget = new OwnerBudget<>(MAXIMUM_BYTES, MAXIMUM, OWN_BYTES);

    /** @return how many had to be given up for it */
    int put(Key key, Caller caller, ConnectOwner owner) {
        Open open = new Open(key, caller, owner);
        Open before = byKey.put(key, open);
        if (before != null) {
            budget.remove(before);
        }
        budget.add(open);
        int givenUp = 0;
        for (Open surplus = budget.surplus(); surplus != null; surplus = budget.surplus()) {
            budget.remove(surplus);
            byKey.remove(surplus.key);
            givenUp++;
        }
        return givenUp;
    }

    boolean contains(Key key) {
        return byKey.containsKey(key);
    }

    /** Takes one out; null if it is not there. */
    Caller remove(Key key) {
        Open open = byKey.remove(key);
        if (open == null) {
            return null;
        }
        budget.remove(open);
        return open.caller;
    }

    int size() {
        return byKey.size();
    }
}
