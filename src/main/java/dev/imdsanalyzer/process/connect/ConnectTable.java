package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBudget;
import dev.imdsanalyzer.process.RelayQuestion;
import dev.imdsanalyzer.process.UnseenConnect;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Joins connects that the kernel reported with connections that were captured, whichever comes first. Any thread.
 *
 * <p>The initial sequence number says exactly which connection a connect has made, behind any masquerade, and also where
 * two network namespaces use one four-tuple at the same time. Only where one of the two sides lacks it (a kernel without
 * BTF, a SYN that was not captured) the four-tuple joins, with the times; then two callers of one four-tuple in the same
 * moment leave both connections unnamed, as either name could be the wrong one.
 *
 * <p>Bounds: so many of each kind, and so many bytes of callers; the oldest goes first, of callers that of the owner who has
 * most. And an age, after which the other half is not expected any more.
 */
final class ConnectTable {
    static final int MAXIMUM_CONNECTS = 8192;
    static final int MAXIMUM_WAITING = 8192;

    /** Of the callers whose connections were not captured, yet or ever: see {@link Caller#weight}. */
    static final long MAXIMUM_BYTES = 4L << 20;

    static final long MAXIMUM_AGE_NANOS = 120_000_000_000L;

    /**
     * How much later than the capture's first segment the connect may seem to be: the two are read from different
     * clocks, and the wall clock may be set in between. By the four-tuple alone, connects so near are not told apart.
     */
    static final long CLOCK_SLACK_NANOS = 2_000_000_000L;

    /**
     * The same for a connection whose SYN was not captured: it may be an old one, and the next connect from its port must
     * not be taken for its own.
     */
    static final long MID_STREAM_SLACK_NANOS = 50_000_000L;

    /** What the capture has not shown so long after the connect it will not show. */
    static final long UNSEEN_NANOS = 3_000_000_000L;

    /** The same at the end, when what was captured by then has been gone through. */
    static final long UNSEEN_AT_END_NANOS = 500_000_000L;

    /** The objects around a caller. */
    private static final int CONNECT_BYTES = 300;

    private static final class Waiting extends JoinIndex.Entry {
        final ConnectAnswer answer;

        Waiting(FourTuple fourTuple, long initialSequenceNumber, long nanos, CallerBudget budget) {
            super(fourTuple, initialSequenceNumber, nanos);
            answer = new ConnectAnswer(budget);
        }
    }

    /** How many of the last pairs are remembered for {@link #hasTwin}. */
    private static final int JOINED_KEPT = 4096;

    private final JoinIndex<Connect> connects = new JoinIndex<>();
    private final OwnerBudget<Connect> uncaptured = new OwnerBudget<>(MAXIMUM_BYTES, MAXIMUM_CONNECTS, CONNECT_BYTES);
    private final JoinIndex<Waiting> waiting = new JoinIndex<>();
    private final Map<FourTuple, JoinIndex.Entry> joined = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FourTuple, JoinIndex.Entry> eldest) {
            return size() > JOINED_KEPT;
        }
    };

    private final CallerBudget budget;
    private final Counters counters;
    private final UnseenConnects unseen;

    /** @param budget counts the callers of captured connections */
    ConnectTable(CallerBudget budget, Counters counters) {
        this.budget = budget;
        this.counters = counters;
        unseen = new UnseenConnects(counters);
    }

    /**
     * The kernel has told who made a connection.
     *
     * @param initialSequenceNumber 0 to 2^32 - 1; -1 where the kernel did not tell it
     * @param connectNanos when, ns since the epoch
     * @param owner whom it counts for
     */
    void connected(
            FourTuple fourTuple, long initialSequenceNumber, long connectNanos, Caller caller, ConnectOwner owner) {
        connected(fourTuple, initialSequenceNumber, connectNanos, caller, owner, Connect.NEVER);
    }

    /**
     * The same.
     *
     * @param establishedNanos when something had answered, ns since the epoch; {@link Connect#NEVER} where nothing has
     */
    void connected(
            FourTuple fourTuple,
            long initialSequenceNumber,
            long connectNanos,
            Caller caller,
            ConnectOwner owner,
            long establishedNanos) {
        Connect connect = new Connect(fourTuple, initialSequenceNumber, connectNanos, caller, owner, establishedNanos);
        List<ConnectAnswer> doubtful = new ArrayList<>(0);
        Waiting found;
        synchronized (this) {
            connects.add(connect);
            uncaptured.add(connect);
            unseen.add(connect);
            found = nearest(waiting, connect);
            if (found != null) {
                settle(connect, found, doubtful);
            }
            trimConnects(connectNanos);
        }
        if (found != null && !doubtful.contains(found.answer)) {
            found.answer.answer(caller);
        }
        doubtful.forEach(answer -> answer.answer(Caller.unknown(ConnectAnswer.AMBIGUOUS)));
    }

    /**
     * A connection was captured. The answer given is settled if its connect is known already.
     *
     * @param initialSequenceNumber 0 to 2^32 - 1; -1 where it was not seen
     */
    ConnectAnswer captured(FourTuple fourTuple, long initialSequenceNumber, long openedNanos) {
        Waiting captured = new Waiting(fourTuple, initialSequenceNumber, openedNanos, budget);
        List<ConnectAnswer> doubtful = new ArrayList<>(0);
        List<ConnectAnswer> dropped = new ArrayList<>(0);
        Connect connect;
        synchronized (this) {
            connect = nearest(connects, captured);
            if (connect == null) {
                waiting.add(captured);
                trimWaiting(openedNanos, dropped);
            } else {
                settle(connect, captured, doubtful);
            }
        }
        if (connect != null && !doubtful.contains(captured.answer)) {
            captured.answer.answer(connect.caller);
        }
        doubtful.forEach(answer -> answer.answer(Caller.unknown(ConnectAnswer.AMBIGUOUS)));
        dropped.forEach(ConnectAnswer::giveUp);
        return captured.answer;
    }

    /**
     * Counts the connects that something answered and whose packets the capture has not shown, each once: what they ask is
     * not known, nor whether IMDS is asked. Not those that a relay of this host has passed on to IMDS, where they were seen.
     *
     * @param nowNanos ns since the epoch
     * @param ageNanos how long ago a connect is to be
     */
    synchronized void noteUnseen(long nowNanos, long ageNanos) {
        unseen.count(nowNanos, ageNanos);
    }

    /** Who is to be told who made each connect that {@link #noteUnseen} counts; on its thread, and must not call back. */
    synchronized void onUnseen(Consumer<Caller> told) {
        unseen.onCounted(told);
    }

    /** Who made the connects counted by {@link #noteUnseen} since the last time, and how many each. */
    synchronized Map<String, Long> takeUnseen() {
        return unseen.takeNames();
    }

    /** The question with the connects that concern it and that the capture has not shown. */
    synchronized RelayQuestion complete(RelayQuestion question) {
        return unseen.complete(question);
    }

    /**
     * A relay passed one of them on, and that was seen: as many calls are for as many connects, whichever for which.
     *
     * @param connects the newest first
     */
    synchronized void relayed(List<UnseenConnect> connects) {
        unseen.passedOn(unseen.stillHere(connects, this.connects));
    }

    /** Capture time of the first segment of a connection, ns since the epoch; -1 where it is not remembered. */
    synchronized long openedNanos(FourTuple fourTuple) {
        JoinIndex.Entry last = joined.get(fourTuple);
        return last == null ? -1 : last.nanos;
    }

    /** Nobody expects this answer any more. */
    synchronized void forget(FourTuple fourTuple, ConnectAnswer answer) {
        for (Waiting entry : List.copyOf(waiting.withTuple(fourTuple))) {
            if (entry.answer == answer) {
                waiting.remove(entry);
            }
        }
    }

    /** Records were lost: any connection that waits now may wait for ever. */
    void giveUpWaiting() {
        List<Waiting> all;
        synchronized (this) {
            all = waiting.all();
        }
        all.forEach(entry -> entry.answer.giveUp());
    }

    /**
     * Whether a connection with another sequence number has used the four-tuple in the same moment, as far as the last ones
     * are remembered: who looks by the four-tuple could find the wrong one.
     */
    synchronized boolean hasTwin(FourTuple fourTuple, long initialSequenceNumber, long openedNanos) {
        JoinIndex.Entry asked = new JoinIndex.Entry(fourTuple, initialSequenceNumber, openedNanos);
        JoinIndex.Entry last = joined.get(fourTuple);
        return (last != null && isTwin(last, asked))
                || connects.withTuple(fourTuple).stream().anyMatch(connect -> isTwin(connect, asked))
                || waiting.withTuple(fourTuple).stream().anyMatch(captured -> isTwin(captured, asked));
    }

    private static boolean isTwin(JoinIndex.Entry one, JoinIndex.Entry other) {
        return one.initialSequenceNumber >= 0
                && other.initialSequenceNumber >= 0
                && one.initialSequenceNumber != other.initialSequenceNumber
                && Math.abs(one.nanos - other.nanos) <= CLOCK_SLACK_NANOS;
    }

    synchronized int connectCount() {
        return connects.size();
    }

    synchronized int waitingCount() {
        return waiting.size();
    }

    /**
     * Makes a pair of the two.
     *
     * @param doubtful takes the answers, this pair's or earlier ones, that may be wrong
     */
    private void settle(Connect connect, Waiting captured, List<ConnectAnswer> doubtful) {
        waiting.remove(captured);
        joined.remove(captured.fourTuple);
        // Without the answer: its caller would stay for as long.
        joined.put(
                captured.fourTuple,
                new JoinIndex.Entry(captured.fourTuple, captured.initialSequenceNumber, captured.nanos));
        boolean exact = isExact(connect, captured);
        if (connect.answered != null) {
            // By the four-tuple it was given to another connection, which it did not make.
            doubtful.add(connect.answered);
        }
        for (Connect other :
                exact ? connects.withSequence(connect.initialSequenceNumber) : connects.withTuple(connect.fourTuple)) {
            if (isRival(other, connect, captured)) {
                doubtful.add(captured.answer);
                if (other.answered != null) {
                    doubtful.add(other.answered);
                }
            }
        }
        connect.answered = captured.answer;
        unseen.remove(connect);
        if (exact) {
            remove(connect);
        }
    }

    private void remove(Connect connect) {
        connects.remove(connect);
        uncaptured.remove(connect);
        unseen.remove(connect);
    }

    /** Whether another process's connect might as well have made the connection. */
    private static boolean isRival(Connect other, Connect connect, Waiting captured) {
        return other.isOtherCaller(connect)
                && other.fourTuple.equals(captured.fourTuple) == connect.fourTuple.equals(captured.fourTuple)
                && Math.abs(other.nanos - connect.nanos) <= CLOCK_SLACK_NANOS;
    }

    /** The other half, or null: by the sequence number where both sides have it, else by the four-tuple. */
    private static <E extends JoinIndex.Entry> E nearest(JoinIndex<E> index, JoinIndex.Entry half) {
        E best = null;
        if (half.initialSequenceNumber >= 0) {
            best = nearest(index.withSequence(half.initialSequenceNumber), half);
        }
        return best != null ? best : nearest(index.withTuple(half.fourTuple), half);
    }

    private static <E extends JoinIndex.Entry> E nearest(List<E> candidates, JoinIndex.Entry half) {
        E best = null;
        for (E candidate : candidates) {
            if (fits(candidate, half) && (best == null || isNearer(candidate, best, half))) {
                best = candidate;
            }
        }
        return best;
    }

    /** The same four-tuple before another one that masquerade might have made of it; then the nearest in time. */
    private static boolean isNearer(JoinIndex.Entry candidate, JoinIndex.Entry best, JoinIndex.Entry half) {
        boolean same = candidate.fourTuple.equals(half.fourTuple);
        return same == best.fourTuple.equals(half.fourTuple)
                ? Math.abs(candidate.nanos - half.nanos) < Math.abs(best.nanos - half.nanos)
                : same;
    }

    /** Whether two halves can be of one connection. A connection is captured after its connect. */
    private static boolean fits(JoinIndex.Entry one, JoinIndex.Entry other) {
        Connect connect = (Connect) (one instanceof Connect ? one : other);
        JoinIndex.Entry captured = one instanceof Connect ? other : one;
        long openedNanos = captured.nanos;
        long slack = captured.initialSequenceNumber < 0 ? MID_STREAM_SLACK_NANOS : CLOCK_SLACK_NANOS;
        boolean unknown = one.initialSequenceNumber < 0 || other.initialSequenceNumber < 0;
        return (isExact(one, other) || (unknown && connect.answered == null))
                && one.fourTuple.server().equals(other.fourTuple.server())
                && connect.nanos <= openedNanos + slack
                && connect.nanos >= openedNanos - MAXIMUM_AGE_NANOS;
    }

    private static boolean isExact(JoinIndex.Entry one, JoinIndex.Entry other) {
        return one.initialSequenceNumber >= 0 && one.initialSequenceNumber == other.initialSequenceNumber;
    }

    /** Takes out what is too old, and then what is too much. */
    private void trimConnects(long now) {
        Connect eldest = connects.eldest();
        while (eldest != null && now - eldest.nanos > age(eldest)) {
            remove(eldest);
            eldest = connects.eldest();
        }
        for (Connect surplus = uncaptured.surplus(); surplus != null; surplus = uncaptured.surplus()) {
            remove(surplus);
            if (surplus.answered == null) {
                counters.increment(Counter.CALLERS_GIVEN_UP);
            }
        }
    }

    private static long age(Connect connect) {
        return connect.answered == null ? MAXIMUM_AGE_NANOS : CLOCK_SLACK_NANOS;
    }

    /** @param dropped takes the answers that nobody is to wait for any more */
    private void trimWaiting(long now, List<ConnectAnswer> dropped) {
        Waiting eldest = waiting.eldest();
        while (eldest != null && (waiting.size() > MAXIMUM_WAITING || now - eldest.nanos > MAXIMUM_AGE_NANOS)) {
            waiting.remove(eldest);
            dropped.add(eldest.answer);
            eldest = waiting.eldest();
        }
    }
}
