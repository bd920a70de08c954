package dev.imdsanalyzer.output;

import dev.imdsanalyzer.output.line.call.CallLine;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes few lines of many equal calls: the first goes on at once, those that follow within the window become one line
 * when the window ends. So no call waits to be seen for the first time, and the sum of the counts is the number of calls.
 *
 * <p>Equal means an equal {@link FoldingKey}. The sum's line shows the newest of its calls.
 *
 * <p>Bounded: past {@link #MAX_OPEN} windows or {@link #MAX_WEIGHT} the oldest ends early. Windows end by the calls' own times, and by the
 * monotonic clock where no call comes. Confined to the lock of {@link EventLog}.
 */
final class Folder {
    static final int MAX_OPEN = 4096;

    /**
     * In characters, see {@link dev.imdsanalyzer.output.line.call.Weight}: a fair share of the service's heap of 64 MiB, at two
     * bytes each.
     */
    static final long MAX_WEIGHT = 5L * 1024 * 1024;

    private static final int WINDOW_WEIGHT = 128;

    private final long windowNanos;
    private final Consumer<CallLine> lines;
    private final Map<FoldingKey, Window> open = new LinkedHashMap<>();
    private final FoldingKey.Maker keys = new FoldingKey.Maker();
    private long weight;

    private static final class Window {
        final long openedNanos;
        final long openedMonotonic;
        /** Null until there is a second call: the first has gone on. */
        CallLine newest;

        long count;
        long firstNanos;

        Window(long openedNanos, long openedMonotonic) {
            this.openedNanos = openedNanos;
            this.openedMonotonic = openedMonotonic;
        }
    }

    /** @param windowNanos more than 0 */
    Folder(long windowNanos, Consumer<CallLine> lines) {
        this.windowNanos = windowNanos;
        this.lines = lines;
    }

    /** @param line with a count of 1 */
    void add(CallLine line, long monotonicNanos) {
        FoldingKey key = keys.of(line);
        long now = line.call().timestampNanos();
        Window window = open.get(key);
        if (window != null && Math.abs(now - window.openedNanos) < windowNanos) {
            count(window, line);
        } else {
            if (window != null) {
                open.remove(key);
                close(window);
            }
            open.put(key, new Window(now, monotonicNanos));
            weight += WINDOW_WEIGHT;
            lines.accept(line);
        }
        while (open.size() > MAX_OPEN || weight > MAX_WEIGHT) {
            closeOldest();
        }
    }

    private void count(Window window, CallLine line) {
        long now = line.call().timestampNanos();
        window.firstNanos = window.count == 0 ? now : Math.min(window.firstNanos, now);
        weight += line.weight() - weight(window.newest);
        window.newest = line;
        window.count++;
    }

    private static int weight(CallLine line) {
        return line == null ? 0 : line.weight();
    }

    /** What the open windows hold, in characters. */
    long weight() {
        return weight;
    }

    /** Ends the windows whose time is over although no call came. */
    void expire(long monotonicNanos) {
        Iterator<Window> oldestFirst = open.values().iterator();
        while (oldestFirst.hasNext()) {
            Window window = oldestFirst.next();
            if (monotonicNanos - window.openedMonotonic < windowNanos) {
                return;
            }
            oldestFirst.remove();
            close(window);
        }
    }

    /** Whether there is a window for {@link #expire} to end some time. */
    boolean hasOpen() {
        return !open.isEmpty();
    }

    /** Ends all windows. */
    void flush() {
        open.values().forEach(this::close);
        open.clear();
    }

    private void closeOldest() {
        Iterator<Window> oldest = open.values().iterator();
        Window window = oldest.next();
        oldest.remove();
        close(window);
    }

    /** Of a window that is not among the open ones any more. */
    private void close(Window window) {
        weight -= WINDOW_WEIGHT + weight(window.newest);
        if (window.count == 0) {
            return;
        }
        long last = window.newest.call().timestampNanos();
        lines.accept(window.newest.folded(window.count, window.firstNanos, Math.max(window.firstNanos, last)));
    }
}
