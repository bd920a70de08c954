package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Caller;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins connects that the kernel reported with connections that were captured, whichever comes first. The key is the
 * four-tuple; where two network namespaces use the same one at the same time, and where a port is used again, the times
 * decide. Any thread.
 *
 * <p>Bounds: so many of each kind, the oldest goes first; and an age, after which the other half is not expected any more.
 */
final class ConnectTable {
    static final int MAXIMUM_CONNECTS = 8192;
    static final int MAXIMUM_WAITING = 8192;
    static final long MAXIMUM_AGE_NANOS = 120_000_000_000L;

    /**
     * How much later than the capture's first segment the connect may seem to be: the two are read from different
     * clocks, and the wall clock may be set in between.
     */
    static final long CLOCK_SLACK_NANOS = 2_000_000_000L;

    private record Connect(long connectNanos, Caller caller) {}

    private final Map<FourTuple, List<Connect>> connects = new LinkedHashMap<>();
    private final Map<FourTuple, List<ConnectAnswer>> waiting = new LinkedHashMap<>();
    private int connectCount;
    private int waitingCount;

    /**
     * The kernel has told who made a connection.
     *
     * @param connectNanos when, ns since the epoch
     */
    void connected(FourTuple fourTuple, long connectNanos, Caller caller) {
        ConnectAnswer found;
        synchronized (this) {
            found = takeWaiting(fourTuple, connectNanos);
            if (found == null) {
                connects.computeIfAbsent(fourTuple, key -> new ArrayList<>(1)).add(new Connect(connectNanos, caller));
                connectCount++;
                trimConnects(connectNanos);
            }
        }
        if (found != null) {
            found.answer(caller);
        }
    }

    /** A connection was captured. The answer given is settled if its connect is known already. */
    ConnectAnswer captured(FourTuple fourTuple, long openedNanos) {
        ConnectAnswer answer = new ConnectAnswer(openedNanos);
        ConnectAnswer dropped = null;
        Connect connect;
        synchronized (this) {
            connect = takeConnect(fourTuple, openedNanos);
            if (connect == null) {
                waiting.computeIfAbsent(fourTuple, key -> new ArrayList<>(1)).add(answer);
                waitingCount++;
                dropped = trimWaiting();
            }
        }
        if (connect != null) {
            answer.answer(connect.caller());
        }
        if (dropped != null) {
            dropped.giveUp();
        }
        return answer;
    }

    /** Nobody expects this answer any more. */
    synchronized void forget(FourTuple fourTuple, ConnectAnswer answer) {
        List<ConnectAnswer> answers = waiting.get(fourTuple);
        if (answers != null && answers.remove(answer)) {
            waitingCount--;
            if (answers.isEmpty()) {
                waiting.remove(fourTuple);
            }
        }
    }

    /** Records were lost: any connection that waits now may wait for ever. */
    void giveUpWaiting() {
        List<ConnectAnswer> all = new ArrayList<>();
        synchronized (this) {
            waiting.values().forEach(all::addAll);
        }
        all.forEach(ConnectAnswer::giveUp);
    }

    synchronized int connectCount() {
        return connectCount;
    }

    synchronized int waitingCount() {
        return waitingCount;
    }

    private ConnectAnswer takeWaiting(FourTuple fourTuple, long connectNanos) {
        List<ConnectAnswer> answers = waiting.get(fourTuple);
        if (answers == null) {
            return null;
        }
        ConnectAnswer best = null;
        for (ConnectAnswer answer : answers) {
            if (fits(connectNanos, answer.openedNanos())
                    && (best == null || distance(connectNanos, answer) < distance(connectNanos, best))) {
                best = answer;
            }
        }
        if (best != null) {
            forget(fourTuple, best);
        }
        return best;
    }

    private static long distance(long connectNanos, ConnectAnswer answer) {
        return Math.abs(connectNanos - answer.openedNanos());
    }

    private Connect takeConnect(FourTuple fourTuple, long openedNanos) {
        List<Connect> candidates = connects.get(fourTuple);
        if (candidates == null) {
            return null;
        }
        Connect best = null;
        for (Connect candidate : candidates) {
            long distance = Math.abs(candidate.connectNanos() - openedNanos);
            if (fits(candidate.connectNanos(), openedNanos)
                    && (best == null || distance < Math.abs(best.connectNanos() - openedNanos))) {
                best = candidate;
            }
        }
        if (best != null) {
            candidates.remove(best);
            connectCount--;
            if (candidates.isEmpty()) {
                connects.remove(fourTuple);
            }
        }
        return best;
    }

    /** A connection is captured after its connect, perhaps with its first segments missed. */
    private static boolean fits(long connectNanos, long openedNanos) {
        return connectNanos <= openedNanos + CLOCK_SLACK_NANOS && connectNanos >= openedNanos - MAXIMUM_AGE_NANOS;
    }

    private void trimConnects(long now) {
        Iterator<List<Connect>> eldest = connects.values().iterator();
        while (eldest.hasNext()) {
            List<Connect> list = eldest.next();
            Connect oldest = list.get(0);
            if (connectCount <= MAXIMUM_CONNECTS && now - oldest.connectNanos() <= MAXIMUM_AGE_NANOS) {
                return;
            }
            list.remove(0);
            connectCount--;
            if (list.isEmpty()) {
                eldest.remove();
            } else {
                return;
            }
        }
    }

    private ConnectAnswer trimWaiting() {
        if (waitingCount <= MAXIMUM_WAITING) {
            return null;
        }
        Iterator<List<ConnectAnswer>> eldest = waiting.values().iterator();
        List<ConnectAnswer> list = eldest.next();
        ConnectAnswer dropped = list.remove(0);
        waitingCount--;
        if (list.isEmpty()) {
            eldest.remove();
        }
        return dropped;
    }
}
