package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.LocalAnswer;
import dev.imdsanalyzer.output.line.Weight;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;

/**
 * Links the two legs of a relayed call: a caller's to a process of this host that answers in the place of IMDS, and that
 * process's own to IMDS.
 *
 * <p>The second leg lies within the first one's time, and is over before it: so a call by a process that answers waits a
 * moment. Where one caller alone had asked that process for the same at that time, it is the one behind the call. Where none
 * had, the process called for itself; where several had, nobody says for whom.
 *
 * <p>Bounded in time, in number and in characters; what has to go is told as it is. One thread.
 */
public final class RelayedCalls {
    /** A first leg ends when the answer of the second one has been passed on. */
    static final long WAIT_NANOS = 1_000_000_000L;

    static final int MAXIMUM = 256;
    /** Of all that wait, and again of all first legs, as {@link Weight} counts. */
    static final long MAXIMUM_WEIGHT = 1L << 20;

    static final String UNSURE =
            "this process answers in the place of IMDS, and several had asked it for the same: which of them"
                    + " it called for is not known";

    private static final int RELAYS_KEPT = 64;
    /** The start of a process is known to a clock tick from one source and to the nanosecond from the other. */
    private static final long SAME_START_NANOS = 1_000_000_000L;

    /** Takes a call, now or later. */
    public interface Taker {
        /** @param behindUnknown whether somebody is behind the caller, and nobody says who */
        void take(ImdsCall call, Caller caller, boolean behindUnknown);
    }

    private record Leg(ImdsCall call, Caller caller, int weight) {
        Leg(ImdsCall call, Caller caller) {
            this(call, caller, Weight.of(call) + Weight.of(caller));
        }
    }

    private final IntPredicate answersNow;
    private final Taker taker;
    private final ArrayDeque<Leg> firstLegs = new ArrayDeque<>();
    private final ArrayDeque<Leg> held = new ArrayDeque<>();
    private long firstLegsWeight;
    private long heldWeight;
    /** When each process that answers was started, by its number. */
    private final Map<Integer, Long> relays = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
            return size() > RELAYS_KEPT;
        }
    };

    /** @param answersNow whether the process with that number answers a connection whose call is not over */
    public RelayedCalls(IntPredicate answersNow, Taker taker) {
        this.answersNow = answersNow;
        this.taker = taker;
    }

    /** Takes the next call; what may be a leg of a relayed one waits. */
    public void add(ImdsCall call, Caller caller) {
        if (LocalAnswer.isOf(call)) {
            addFirst(call, caller);
            taker.take(call, caller, false);
        } else if (caller.pid() >= 0 && isRelay(caller)) {
            Leg leg = new Leg(call, caller);
            held.addLast(leg);
            heldWeight += leg.weight;
            while (held.size() > MAXIMUM || heldWeight > MAXIMUM_WEIGHT) {
                release();
            }
        } else {
            taker.take(call, caller, false);
        }
    }

    private void addFirst(ImdsCall call, Caller caller) {
        if (caller.proxy() == null) {
            return;
        }
        relays.put(caller.proxy().pid(), caller.proxy().startNanos());
        Leg leg = new Leg(call, caller);
        firstLegs.addLast(leg);
        firstLegsWeight += leg.weight;
        while (firstLegs.size() > MAXIMUM || firstLegsWeight > MAXIMUM_WEIGHT) {
            firstLegsWeight -= firstLegs.removeFirst().weight;
        }
    }

    private boolean isRelay(Caller caller) {
        Long start = relays.get(caller.pid());
        if (start != null) {
            return isSameStart(start, caller.startNanos());
        }
        return answersNow.test(caller.pid());
    }

    private static boolean isSameStart(long one, long other) {
        return Math.abs(one - other) < SAME_START_NANOS;
    }

    /** Hands on what has waited long enough, and forgets first legs that nothing can belong to any more. */
    public void expire(long nowNanos) {
        while (!held.isEmpty() && nowNanos - end(held.peekFirst().call) >= WAIT_NANOS) {
            release();
        }
        while (!firstLegs.isEmpty() && nowNanos - end(firstLegs.peekFirst().call) >= 2 * WAIT_NANOS && held.isEmpty()) {
            firstLegsWeight -= firstLegs.removeFirst().weight;
        }
    }

    private static long end(ImdsCall call) {
        return call.timestampNanos() + Math.max(0, call.durationNanos());
    }

    /** Hands on all that waits. */
    public void close() {
        while (!held.isEmpty()) {
            release();
        }
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return held.isEmpty();
    }

    private void release() {
        Leg second = held.removeFirst();
        heldWeight -= second.weight;
        List<Leg> candidates = new ArrayList<>(1);
        for (Leg first : firstLegs) {
            if (mayBelong(first, second)) {
                candidates.add(first);
            }
        }
        if (candidates.isEmpty()) {
            taker.take(second.call, second.caller, false);
        } else if (isOneCaller(candidates)) {
            taker.take(second.call, behind(candidates.get(0).caller, second.caller), false);
        } else {
            taker.take(
                    second.call,
                    new CallerBuilder(second.caller).addReason(UNSURE).build(),
                    true);
        }
    }

    private static Caller behind(Caller caller, Caller relay) {
        return new CallerBuilder(caller).proxy(relay).build();
    }

    private static boolean mayBelong(Leg first, Leg second) {
        Caller proxy = first.caller.proxy();
        return proxy.pid() == second.caller.pid()
                && isSameStart(proxy.startNanos(), second.caller.startNanos())
                && Objects.equals(first.call.method(), second.call.method())
                && Objects.equals(first.call.path(), second.call.path())
                && Objects.equals(first.call.query(), second.call.query())
                && first.call.timestampNanos() <= second.call.timestampNanos()
                && (first.call.durationNanos() < 0 || end(first.call) >= end(second.call));
    }

    private static boolean isOneCaller(List<Leg> legs) {
        Caller one = legs.get(0).caller;
        return legs.stream()
                .allMatch(leg -> leg.caller.pid() >= 0
                        && leg.caller.pid() == one.pid()
                        && leg.caller.startNanos() == one.startNanos());
    }
}
