package dev.imdsanalyzer.process;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One bound in bytes on the callers of all connections that are open or wait for their lines. Past it the user whose
 * callers take most gives up his oldest, and that is counted: nobody's names are lost to what somebody else holds. Any
 * thread.
 */
public final class CallerBudget {
    /** Some thousand ordinary callers, and a fair share of the service's heap of 64 MiB. */
    public static final long DEFAULT_BYTES = 6L << 20;

    /** Keeps one caller. */
    public interface Holder {
        /** Takes this in its place; called with the budget's lock held. */
        void giveUp(Caller rest);
    }

    private static final class User {
        final Map<Holder, Caller> held = new LinkedHashMap<>();
        final SharedWeight weight = new SharedWeight();
    }

    private final long maximumBytes;
    private final Counters counters;
    private final Map<Long, User> users = new HashMap<>();
    private final Map<Holder, Long> owners = new HashMap<>();
    private long bytes;

    public CallerBudget(long maximumBytes, Counters counters) {
        this.maximumBytes = maximumBytes;
        this.counters = counters;
    }

    /** Counts what the holder keeps from now on, in place of what it kept before. */
    public synchronized void hold(Holder holder, Caller caller) {
        release(holder);
        User user = users.computeIfAbsent(caller.userId(), id -> new User());
        owners.put(holder, caller.userId());
        user.held.put(holder, caller);
        bytes -= user.weight.bytes();
        user.weight.add(caller);
        bytes += user.weight.bytes();
        while (bytes > maximumBytes) {
            giveUpOldest();
        }
    }

    /** No effect for one that holds nothing. */
    public synchronized void release(Holder holder) {
        Long id = owners.remove(holder);
        if (id == null) {
            return;
        }
        User user = users.get(id);
        bytes -= user.weight.bytes();
        user.weight.remove(user.held.remove(holder));
        bytes += user.weight.bytes();
        if (user.held.isEmpty()) {
            users.remove(id);
        }
    }

    private void giveUpOldest() {
        User heaviest = null;
        for (User user : users.values()) {
            heaviest = heaviest == null || user.weight.bytes() > heaviest.weight.bytes() ? user : heaviest;
        }
        Iterator<Map.Entry<Holder, Caller>> oldest = heaviest.held.entrySet().iterator();
        Map.Entry<Holder, Caller> entry = oldest.next();
        Holder holder = entry.getKey();
        Caller rest = entry.getValue().givenUp();
        release(holder);
        holder.giveUp(rest);
        counters.increment(Counter.CALLERS_GIVEN_UP);
    }

    synchronized long bytes() {
        return bytes;
    }
}
