package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.Recovery;
import dev.imdsanalyzer.output.line.Weight;
import dev.imdsanalyzer.process.Caller;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Calls that were refused with 401, until the caller's next request tells what that meant: a program that asks for a token
 * then is not broken (see {@link Recovery}).
 *
 * <p>Bounded in time, in number and in characters; what has to go is told as what it is so far. One thread.
 */
public final class HeldRefusals {
    static final int MAXIMUM = 1_024;
    /** Of all that wait, as {@link Weight} counts. */
    static final long MAXIMUM_WEIGHT = 1L << 20;

    private record Held(ImdsCall call, Caller caller, long untilNanos, int weight) {}

    private final long waitNanos;
    private final BiConsumer<ImdsCall, Caller> taker;
    /** The newest refusal of each caller, oldest first. */
    private final Map<String, Held> byCaller = new LinkedHashMap<>();

    private long weight;

    /**
     * @param waitNanos how long a refusal waits, by the clock of the calls' times
     * @param taker takes each call, now or later
     */
    public HeldRefusals(long waitNanos, BiConsumer<ImdsCall, Caller> taker) {
        this.waitNanos = waitNanos;
        this.taker = taker;
    }

    /** @param key what tells the caller from any other */
    public void add(String key, ImdsCall call, Caller caller) {
        Held before = remove(key);
        if (before != null) {
            taker.accept(Recovery.review(before.call, call), before.caller);
        }
        if (!Recovery.mayFollow(call)) {
            taker.accept(call, caller);
            return;
        }
        Held held = new Held(call, caller, call.timestampNanos() + waitNanos, Weight.of(call) + Weight.of(caller));
        byCaller.put(key, held);
        weight += held.weight;
        while (byCaller.size() > MAXIMUM || weight > MAXIMUM_WEIGHT) {
            release(byCaller.keySet().iterator().next());
        }
    }

    /** Hands on what has waited long enough. */
    public void expire(long nowNanos) {
        Iterator<Held> oldest = byCaller.values().iterator();
        while (oldest.hasNext()) {
            Held held = oldest.next();
            if (held.untilNanos <= nowNanos) {
                oldest.remove();
                weight -= held.weight;
                taker.accept(held.call, held.caller);
            }
        }
    }

    /** Hands on all that waits. */
    public void end() {
        while (!byCaller.isEmpty()) {
            release(byCaller.keySet().iterator().next());
        }
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return byCaller.isEmpty();
    }

    private void release(String key) {
        Held held = remove(key);
        taker.accept(held.call, held.caller);
    }

    private Held remove(String key) {
        Held held = byCaller.remove(key);
        if (held != null) {
            weight -= held.weight;
        }
        return held;
    }
}
