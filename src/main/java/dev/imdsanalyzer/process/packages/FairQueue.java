package dev.imdsanalyzer.process.packages;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tasks of several parties, one of each in turn: whoever has many waits for them himself. Bounded, for all together and
 * for each. Any thread.
 *
 * @param <P> a party, by its equality
 * @param <T> a task
 */
final class FairQueue<P, T> {
    private final int limit;
    private final int partyLimit;
    /** The party whose turn is next comes first; none is empty. */
    private final Map<P, ArrayDeque<T>> waiting = new LinkedHashMap<>();

    private int size;

    FairQueue(int limit, int partyLimit) {
        this.limit = limit;
        this.partyLimit = partyLimit;
    }

    /** Puts the task behind the party's others; false where there is no room for it. */
    synchronized boolean offer(P party, T task) {
        ArrayDeque<T> others = waiting.get(party);
        if (size == limit || (others != null && others.size() == partyLimit)) {
            return false;
        }
        waiting.computeIfAbsent(party, one -> new ArrayDeque<>()).add(task);
        size++;
        notifyAll();
        return true;
    }

    /** The next party's oldest task; waits for one. */
    synchronized T take() throws InterruptedException {
        while (size == 0) {
            wait();
        }
        Map.Entry<P, ArrayDeque<T>> first = waiting.entrySet().iterator().next();
        P party = first.getKey();
        ArrayDeque<T> tasks = first.getValue();
        waiting.remove(party);
        T task = tasks.remove();
        if (!tasks.isEmpty()) {
            waiting.put(party, tasks);
        }
        size--;
        return task;
    }

    /** Takes all that wait. */
    synchronized List<T> drain() {
        List<T> all = new ArrayList<>();
        waiting.values().forEach(all::addAll);
        waiting.clear();
        size = 0;
        return all;
    }
}
