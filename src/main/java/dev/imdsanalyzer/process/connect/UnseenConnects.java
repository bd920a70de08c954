package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.RelayQuestion;
import dev.imdsanalyzer.process.UnseenConnect;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Connects that something answered and that the capture has not shown, as they stand in {@link ConnectTable}: there for those
 * who ask for whom a process called, and counted where nobody passed them on. An ordinary host has hardly any. For one thread
 * at a time.
 */
final class UnseenConnects {
    /** What some process connected to while another one's connect is looked at that may have passed it on. */
    static final int GIVEN = 64;

    /** Those that connected unseen, told apart by so many names. */
    private static final int NAMED = 16;

    /** So many connects are looked at for one that a call can be for. */
    private static final int LOOKED_AT = 1024;

    private static final String OTHERS = "others";

    private final Counters counters;
    /** By {@link Connect#number}, which is the order of their coming. */
    private final TreeMap<Long, Connect> connects = new TreeMap<>();

    private final Map<String, Long> names = new LinkedHashMap<>();
    private Consumer<Caller> onCounted = caller -> {};
    private long numbers;

    UnseenConnects(Counters counters) {
        this.counters = counters;
    }

    /** No effect for one that nothing has answered. */
    void add(Connect connect) {
        if (connect.isUnseen()) {
            connect.number = ++numbers;
            connects.put(connect.number, connect);
        }
    }

    /** The capture has shown it, or it is not kept any more; no effect for one that is not here. */
    void remove(Connect connect) {
        connects.remove(connect.number, connect);
        connect.mayBeFor = null;
    }

    /** Counts those that nobody passed on, each once; see {@link ConnectTable#noteUnseen}. */
    void count(long nowNanos, long ageNanos) {
        for (Connect connect : connects.values()) {
            if (nowNanos - connect.nanos < ageNanos) {
                return;
            }
            if (!connect.counted && connect.mayBeFor == null) {
                connect.counted = true;
                counters.increment(Counter.CONNECTS_UNSEEN);
                onCounted.accept(connect.caller);
                String name = connect.callerName();
                names.merge(names.containsKey(name) || names.size() < NAMED ? name : OTHERS, 1L, Long::sum);
            }
        }
    }

    /** Who is to be told who made each one that is counted; see {@link ConnectTable#onUnseen}. */
    void onCounted(Consumer<Caller> told) {
        onCounted = told;
    }

    /** Who made those counted since the last time, and how many each. */
    Map<String, Long> takeNames() {
        Map<String, Long> taken = new LinkedHashMap<>(names);
        names.clear();
        return taken;
    }

    /** The question with those of them that concern it: the newest {@value #GIVEN}, the newest first. */
    RelayQuestion complete(RelayQuestion question) {
        List<UnseenConnect> found = new ArrayList<>(0);
        for (Connect connect : connects.descendingMap().values()) {
            if (question.concerns(connect.caller, connect.nanos, connect.establishedNanos)) {
                if (found.size() == GIVEN) {
                    return question.with(found, true);
                }
                found.add(
                        new UnseenConnect(connect.fourTuple, connect.caller, connect.nanos, connect.establishedNanos));
            }
        }
        return question.with(found, false);
    }

    /**
     * A relay's call is for one of these. Which one may not be known, nor for those before it: where all of them are taken by
     * earlier calls, one of these calls takes another connect that it may be for (an augmenting path of bipartite matching), so
     * that as many connects are passed on as there are calls, in whatever order these are looked at.
     *
     * @param candidates those it may be for
     */
    void passedOn(List<Connect> candidates) {
        // Each connect looked at, and the one whose call would move to it.
        Map<Connect, Connect> movesTo = new HashMap<>();
        Deque<Connect> next = new ArrayDeque<>();
        reach(candidates, null, movesTo, next);
        while (!next.isEmpty() && movesTo.size() < LOOKED_AT) {
            Connect connect = next.remove();
            if (connect.mayBeFor == null) {
                move(connect, candidates, movesTo);
                return;
            }
            reach(connect.mayBeFor, connect, movesTo, next);
        }
    }

    private static void reach(
            List<Connect> candidates, Connect from, Map<Connect, Connect> movesTo, Deque<Connect> next) {
        for (Connect candidate : candidates) {
            // What was told as unseen stays told.
            if (!candidate.counted && !movesTo.containsKey(candidate)) {
                movesTo.put(candidate, from);
                next.add(candidate);
            }
        }
    }

    private static void move(Connect free, List<Connect> candidates, Map<Connect, Connect> movesTo) {
        Connect to = free;
        for (Connect from = movesTo.get(to); from != null; from = movesTo.get(to)) {
            to.mayBeFor = from.mayBeFor;
            to = from;
        }
        to.mayBeFor = candidates;
    }

    /** Those of them that are still here, the oldest first. */
    List<Connect> stillHere(List<UnseenConnect> asked, JoinIndex<Connect> all) {
        List<Connect> found = new ArrayList<>(asked.size());
        for (int i = asked.size() - 1; i >= 0; i--) {
            for (Connect known : all.withTuple(asked.get(i).ends())) {
                if (known.nanos == asked.get(i).connectNanos() && connects.containsKey(known.number)) {
                    found.add(known);
                }
            }
        }
        return List.copyOf(found);
    }
}
