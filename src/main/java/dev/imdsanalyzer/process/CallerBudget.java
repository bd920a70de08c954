package dev.imdsanalyzer.process;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.HashMap;
import java.util.Map;

/**
 * One bound in bytes on the callers of all connections that are open or wait for their lines. Past it the user whose
 * callers take most gives up his oldest, and that is counted: nobody's names are lost to what somebody else holds. Any
 * thread.
 */
public final class CallerBudget {
    /** Some thousand ordinary callers, and a fair share of the service's heap of 64 MiB. */
    public static final long DEFAULT_BYTES = 6L << 20;

    /** Keeps one caller at a time. Told from others by its identity; what it says here is the budget's. */
    public abstract static class Holder {
        private User user;
        private Caller held;
        private Holder older;
        private Holder newer;

        /** Takes this in its place; called with the budget's lock held. */
        protected abstract void giveUp(Caller rest);
    }

    /** Holders in a row, so that each is found without a look-up. */
    private static final class User {
        final long id;
        final SharedWeight weight = new SharedWeight();
        Holder oldest;
        Holder newest;

        User(long id) {
            this.id = id;
        }

        void add(Holder holder, Caller caller) {
            holder.user = this;
            holder.held = caller;
            holder.older = newest;
            if (newest == null) {
                oldest = holder;
            } else {
                newest.newer = holder;
            }
            newest = holder;
            weight.add(caller);
        }

        void remove(Holder holder) {
            if (holder.older == null) {
                oldest = holder.newer;
            } else {
                holder.older.newer = holder.newer;
            }
            if (holder.newer == null) {
                newest = holder.older;
            } else {
                holder.newer.older = holder.older;
            }
            weight.remove(holder.held);
            holder.user = null;
            holder.held = null;
            holder.older = null;
            holder.newer = null;
        }
    }

    private final long maximumBytes;
    private final Counters counters;
    private final Map<Long, User> users = new HashMap<>();
    private long bytes;

    public CallerBudget(long maximumBytes, Counters counters) {
        this.maximumBytes = maximumBytes;
        this.counters = counters;
    }

    /** Counts what the holder keeps from now on, in place of what it kept before. */
    public synchronized void hold(Holder holder, Caller caller) {
        release(holder);
        User user = users.computeIfAbsent(caller.userId(), User::new);
        bytes -= user.weight.bytes();
        user.add(holder, caller);
        bytes += user.weight.bytes();
        while (bytes > maximumBytes) {
            giveUpOldest();
        }
    }

    /** No effect for one that holds nothing. */
    public synchronized void release(Holder holder) {
        User user = holder.user;
        if (user == null) {
            return;
        }
        bytes -= user.weight.bytes();
        user.remove(holder);
        bytes += user.weight.bytes();
        if (user.oldest == null) {
            users.remove(user.id);
        }
    }

    private void giveUpOldest() {
        User heaviest = null;
        for (User user : users.values()) {
            heaviest = heaviest == null || user.weight.bytes() > heaviest.weight.bytes() ? user : heaviest;
        }
        Holder holder = heaviest.oldest;
        Caller rest = holder.held.givenUp();
        release(holder);
        holder.giveUp(rest);
        counters.increment(Counter.CALLERS_GIVEN_UP);
    }

    synchronized long bytes() {
        return bytes;
    }
}
