package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.caller.LocalAnswer;
import dev.imdsanalyzer.output.line.call.Weight;
import dev.imdsanalyzer.process.Behind;
import dev.imdsanalyzer.process.Behind.Certainty;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.RecentlyUsed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Names the program behind a call that a relay made: a process of this host that answers in the place of IMDS, or that passes
 * on connects which the capture does not show ({@link Behind}).
 *
 * <p>A relay's own call lies within the time of the one that it is for, and is over before it: so it waits a moment. Of those
 * whose requests were seen, the one that alone had asked that process for the same at that time is behind it. Where none had,
 * the process called for itself; where several had, nobody says for whom.
 *
 * <p>Who answered may be gone before it could be looked for. Then the process that alone asked IMDS for the same in that time
 * is the one: the kernel's report of its connect has its name.
 *
 * <p>Bounded in time, in number and in characters; what has to go is told as it is. One thread.
 */
public final class RelayedCalls {
    /** A first leg ends when the answer of the second one has been passed on. */
    static final long WAIT_NANOS = 1_000_000_000L;

    /** So long at most it waits for the answer who is behind it, from when it came here: the host may be busy. */
    static final long BEHIND_NANOS = 3_000_000_000L;

    /** The same for all that wait when there is nothing more to come. */
    private static final long BEHIND_AT_END_NANOS = 1_000_000_000L;

    static final int MAXIMUM = 256;
    /** Of all that wait, and again of all first legs, as {@link Weight} counts. */
    static final long MAXIMUM_WEIGHT = 1L << 20;

    static final String UNSURE =
            "this process answers in the place of IMDS, and several had asked it for the same: which of them"
                    + " it called for is not known";
    static final String UNSURE_RELAY =
            "this process passes on what others ask: whether it called for one of them, and for which, is not known";
    static final String BY_TIME = "called through a relay, and known by the time of its own connect";
    static final String BY_CALL = "proxy: named as it alone asked IMDS for the same meanwhile";

    private static final int RELAYS_KEPT = 64;
    /** The start of a process is known to a clock tick from one source and to the nanosecond from the other. */
    private static final long SAME_START_NANOS = 1_000_000_000L;

    /** Takes a call, now or later. */
    public interface Taker {
        /** @param link how surely the caller is the one behind a relay, or that nobody is */
        void take(ImdsCall call, Caller caller, Certainty link);
    }

    /** Says who may be a relay. */
    public interface Relays {
        /** Whether the process may answer a connection whose call is not over. */
        boolean mayAnswer(ImdsCall call, Caller caller);

        /** See {@code Attributor.behind}; null where nobody can be behind the call. */
        CompletableFuture<Behind> behind(ImdsCall call, Caller caller);
    }

    private static final class Leg {
        private final ImdsCall call;
        private final CompletableFuture<Behind> behind;
        private final int weight;
        private Caller caller;
        /** When it was seen here first, ns since the epoch; -1 before that. */
        private long heldNanos = -1;

        Leg(ImdsCall call, Caller caller, CompletableFuture<Behind> behind) {
            this.call = call;
            this.caller = caller;
            this.behind = behind;
            this.weight = Weight.of(call) + Weight.of(caller);
        }

        boolean isFirst() {
            return LocalAnswer.isOf(call);
        }
    }

    private final Relays relays;
    private final Taker taker;
    private final ArrayDeque<Leg> firstLegs = new ArrayDeque<>();
    private final ArrayDeque<Leg> held = new ArrayDeque<>();
    private long firstLegsWeight;
    private long heldWeight;
    /** When each process that answers was started, by its number. */
    private final RecentlyUsed<Integer, Long> answering = new RecentlyUsed<>(RELAYS_KEPT);

    public RelayedCalls(Relays relays, Taker taker) {
        this.relays = relays;
        this.taker = taker;
    }

    /** Takes the next call; what may be a leg of a relayed one waits. */
    public void add(ImdsCall call, Caller caller) {
        if (LocalAnswer.isOf(call)) {
            addFirst(new Leg(call, caller, null));
            return;
        }
        CompletableFuture<Behind> behind = caller.pid() < 0 ? null : relays.behind(call, caller);
        if (behind != null || (caller.pid() >= 0 && isRelay(call, caller))) {
            hold(new Leg(call, caller, behind));
        } else {
            taker.take(call, caller, Certainty.NOBODY);
        }
    }

    private void hold(Leg leg) {
        held.addLast(leg);
        heldWeight += leg.weight;
        while (held.size() > MAXIMUM || heldWeight > MAXIMUM_WEIGHT) {
            release();
        }
    }

    /** One whose proxy is not known waits for a call that tells it. */
    private void addFirst(Leg leg) {
        firstLegs.addLast(leg);
        firstLegsWeight += leg.weight;
        while (firstLegs.size() > MAXIMUM || firstLegsWeight > MAXIMUM_WEIGHT) {
            firstLegsWeight -= firstLegs.removeFirst().weight;
        }
        if (leg.caller.proxy() == null) {
            hold(leg);
        } else {
            answering.put(leg.caller.proxy().pid(), leg.caller.proxy().startNanos());
            taker.take(leg.call, leg.caller, Certainty.NOBODY);
        }
    }

    private boolean isRelay(ImdsCall call, Caller caller) {
        Long start = answering.get(caller.pid());
        if (start != null) {
            return isSameStart(start, caller.startNanos());
        }
        return relays.mayAnswer(call, caller);
    }

    private static boolean isSameStart(long one, long other) {
        return Math.abs(one - other) < SAME_START_NANOS;
    }

    /** Hands on what has waited long enough, and forgets first legs that nothing can belong to any more. */
    public void expire(long nowNanos) {
        noteHeld(nowNanos);
        while (!held.isEmpty() && isOver(held.peekFirst(), nowNanos)) {
            release();
        }
        while (!firstLegs.isEmpty() && nowNanos - end(firstLegs.peekFirst().call) >= 2 * WAIT_NANOS && held.isEmpty()) {
            firstLegsWeight -= firstLegs.removeFirst().weight;
        }
    }

    private void noteHeld(long nowNanos) {
        for (Iterator<Leg> newest = held.descendingIterator(); newest.hasNext(); ) {
            Leg leg = newest.next();
            if (leg.heldNanos >= 0) {
                return;
            }
            leg.heldNanos = nowNanos;
        }
    }

    private static boolean isOver(Leg leg, long nowNanos) {
        return nowNanos - end(leg.call) >= WAIT_NANOS
                && (leg.behind == null || leg.behind.isDone() || nowNanos - leg.heldNanos >= BEHIND_NANOS);
    }

    private static long end(ImdsCall call) {
        return call.timestampNanos() + Math.max(0, call.durationNanos());
    }

    /** Hands on all that waits. */
    public void close() {
        awaitAnswers();
        while (!held.isEmpty()) {
            release();
        }
    }

    private void awaitAnswers() {
        CompletableFuture<?>[] asked =
                held.stream().map(leg -> leg.behind).filter(Objects::nonNull).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(asked).get(BEHIND_AT_END_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // Those without an answer say so.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return held.isEmpty();
    }

    private void release() {
        Leg leg = held.removeFirst();
        heldWeight -= leg.weight;
        if (leg.isFirst()) {
            taker.take(leg.call, leg.caller, Certainty.NOBODY);
            return;
        }
        List<Leg> candidates = new ArrayList<>(1);
        for (Leg first : firstLegs) {
            if (mayBelong(first, leg)) {
                candidates.add(first);
            }
        }
        if (candidates.isEmpty()) {
            releaseByConnect(leg);
        } else if (isOneCaller(candidates)) {
            candidates.forEach(first -> nameProxy(first, leg.caller));
            taker.take(leg.call, behind(candidates.get(0).caller, leg.caller), Certainty.PROVEN);
        } else {
            taker.take(leg.call, explained(leg.caller, UNSURE), Certainty.UNSURE);
        }
    }

    private void releaseByConnect(Leg leg) {
        Behind behind = leg.behind == null ? Behind.NOBODY : leg.behind.getNow(Behind.unsure());
        switch (behind.certainty()) {
            case NOBODY -> taker.take(leg.call, leg.caller, Certainty.NOBODY);
            case PROVEN -> taker.take(leg.call, behind(behind.caller(), leg.caller), Certainty.PROVEN);
            case BY_TIME ->
                taker.take(leg.call, explained(behind(behind.caller(), leg.caller), BY_TIME), Certainty.BY_TIME);
            case UNSURE -> taker.take(leg.call, explained(leg.caller, UNSURE_RELAY), Certainty.UNSURE);
        }
    }

    private static void nameProxy(Leg first, Caller proxy) {
        if (first.caller.proxy() == null) {
            first.caller = explained(behind(first.caller, proxy), BY_CALL);
        }
    }

    private static Caller explained(Caller caller, String reason) {
        return new CallerBuilder(caller).addReason(reason).build();
    }

    private static Caller behind(Caller caller, Caller relay) {
        return new CallerBuilder(caller).proxy(relay).build();
    }

    private static boolean mayBelong(Leg first, Leg second) {
        return mayAnswer(first.caller, second)
                && (first.call.method() == null ? isJustAfter(first, second) : isForTheSame(first, second));
    }

    private static boolean mayAnswer(Caller first, Leg second) {
        Caller proxy = first.proxy();
        if (proxy == null) {
            return first.pid() != second.caller.pid();
        }
        return (proxy.pid() == second.caller.pid() && isSameStart(proxy.startNanos(), second.caller.startNanos()))
                || PortForwarder.leadsTo(proxy, second.call.fourTuple());
    }

    private static boolean isForTheSame(Leg first, Leg second) {
        return Objects.equals(first.call.method(), second.call.method())
                && Objects.equals(first.call.path(), second.call.path())
                && Objects.equals(first.call.query(), second.call.query())
                && first.call.timestampNanos() <= second.call.timestampNanos()
                && (first.call.durationNanos() < 0 || end(first.call) >= end(second.call));
    }

    /** The request of the first was not seen, nor when it was made; its answer was. */
    private static boolean isJustAfter(Leg first, Leg second) {
        long passedOn = end(first.call) - end(second.call);
        return first.caller.proxy() != null && passedOn >= 0 && passedOn < WAIT_NANOS;
    }

    private static boolean isOneCaller(List<Leg> legs) {
        Caller one = legs.get(0).caller;
        return legs.stream()
                .allMatch(leg -> leg.caller.pid() >= 0
                        && leg.caller.pid() == one.pid()
                        && leg.caller.startNanos() == one.startNanos());
    }
}
