package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.caller.Recovery;
import dev.imdsanalyzer.output.line.call.Weight;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.RecentlyUsed;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Calls that were refused with 401, until what the caller does next tells what that meant: a program that asks for a token
 * then is not broken (see {@link Recovery}). Several of its threads may be refused before one asks, the token's answer may be told
 * before the refusal or late, and the children of one script share the work: one is refused, another asks.
 *
 * <p>Bounded in time, in number and in characters; what has to go is told as what it is so far. One thread.
 */
public final class HeldRefusals {
    static final int MAXIMUM = 1_024;
    /** Of all that wait, as {@link Weight} counts. */
    static final long MAXIMUM_WEIGHT = 1L << 20;
    /** A refusal is told a few seconds after its token at most. */
    private static final int MAXIMUM_GRANTS = 256;

    /** Told apart by identity: two calls may be equal. */
    private static final class Held {
        private final String key;
        private final ImdsCall call;
        private final Caller caller;
        private final long untilNanos;
        private final int weight;

        Held(String key, ImdsCall call, Caller caller, long untilNanos) {
            this.key = key;
            this.call = call;
            this.caller = caller;
            this.untilNanos = untilNanos;
            this.weight = Weight.of(call) + Weight.of(caller);
        }
    }

    private final long waitNanos;
    private final BiConsumer<ImdsCall, Caller> taker;
    /** Oldest first, as in the indexes below. */
    private final Set<Held> waiting = new LinkedHashSet<>();

    private final Map<String, Set<Held>> byCaller = new HashMap<>();
    private final Map<String, Set<Held>> byPath = new HashMap<>();
    /** The newest token of each caller, for refusals that are told later. */
    private final RecentlyUsed<String, Recovery.Grant> grants = new RecentlyUsed<>(MAXIMUM_GRANTS);

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
        if (Recovery.mayFollow(call)) {
            addRefused(key, call, caller);
            return;
        }
        if (Recovery.isGrant(call)) {
            Recovery.Grant grant = Recovery.Grant.of(call);
            grants.put(key, grant);
            release(of(byCaller, key), held -> grant.explains(held.call), true);
        } else if (Recovery.isServedWithToken(call)) {
            release(
                    of(byPath, call.path()),
                    held -> Recovery.repeats(call, held.call)
                            && (held.key.equals(key) || Kinship.isNear(caller, held.caller)),
                    true);
        } else {
            release(of(byCaller, key), held -> true, false);
        }
        taker.accept(call, caller);
    }

    private void addRefused(String key, ImdsCall call, Caller caller) {
        Recovery.Grant grant = grants.get(key);
        if (grant != null && grant.explains(call)) {
            taker.accept(Recovery.explained(call), caller);
            return;
        }
        Held held = new Held(key, call, caller, call.timestampNanos() + waitNanos);
        waiting.add(held);
        byCaller.computeIfAbsent(key, none -> new LinkedHashSet<>()).add(held);
        byPath.computeIfAbsent(call.path(), none -> new LinkedHashSet<>()).add(held);
        weight += held.weight;
        while (waiting.size() > MAXIMUM || weight > MAXIMUM_WEIGHT) {
            release(waiting.iterator().next(), false);
        }
    }

    /** Hands on what has waited long enough. */
    public void expire(long nowNanos) {
        release(waiting, held -> held.untilNanos <= nowNanos, false);
    }

    /** Hands on all that waits. */
    public void end() {
        release(waiting, held -> true, false);
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    private static Set<Held> of(Map<String, Set<Held>> index, String key) {
        return index.getOrDefault(key, Set.of());
    }

    private void release(Set<Held> among, Predicate<Held> which, boolean explained) {
        List<Held> chosen = among.stream().filter(which).toList();
        chosen.forEach(held -> release(held, explained));
    }

    private void release(Held held, boolean explained) {
        waiting.remove(held);
        remove(byCaller, held.key, held);
        remove(byPath, held.call.path(), held);
        weight -= held.weight;
        taker.accept(explained ? Recovery.explained(held.call) : held.call, held.caller);
    }

    private static void remove(Map<String, Set<Held>> index, String key, Held held) {
        Set<Held> ofKey = index.get(key);
        ofKey.remove(held);
        if (ofKey.isEmpty()) {
            index.remove(key);
        }
    }
}
