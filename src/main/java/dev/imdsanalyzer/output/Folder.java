package dev.imdsanalyzer.output;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.process.Caller;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes few lines of many equal calls: the first goes on at once, those that follow within the window become one line
 * when the window ends. So no call waits to be seen for the first time, and the sum of the counts is the number of calls.
 *
 * <p>Equal means the same program, started the same way for the same user in the same place, that asked for the same with
 * the same result; pid and port may differ. The sum's line shows the newest of its calls.
 *
 * <p>Bounded: past {@link #MAX_OPEN} windows the oldest ends early. Windows end by the calls' own times, and by the
 * monotonic clock where no call comes. Confined to the lock of {@link EventLog}.
 */
final class Folder {
    static final int MAX_OPEN = 4096;

    private final Origin origin;
    private final long windowNanos;
    private final Consumer<CallLine> lines;
    private final Map<Key, Window> open = new LinkedHashMap<>();

    private record Key(
            String fingerprint,
            String commandLine,
            List<String> lineage,
            String container,
            long user,
            String address,
            ImdsVersion version,
            String method,
            String path,
            String query,
            int status,
            String userAgent,
            Set<Finding> findings,
            String detail) {}

    private static final class Window {
        final long openedNanos;
        final long openedMonotonic;
        CallLine newest;
        long count;
        long firstNanos;

        Window(long openedNanos, long openedMonotonic) {
            this.openedNanos = openedNanos;
            this.openedMonotonic = openedMonotonic;
        }
    }

    /** @param windowNanos more than 0 */
    Folder(Origin origin, long windowNanos, Consumer<CallLine> lines) {
        this.origin = origin;
        this.windowNanos = windowNanos;
        this.lines = lines;
    }

    /** @param line with a count of 1 */
    void add(CallLine line, long monotonicNanos) {
        Key key = key(line);
        long now = line.call.timestampNanos();
        Window window = open.get(key);
        if (window != null && Math.abs(now - window.openedNanos) < windowNanos) {
            window.firstNanos = window.count == 0 ? now : Math.min(window.firstNanos, now);
            window.newest = line;
            window.count++;
            return;
        }
        if (window != null) {
            open.remove(key);
            close(window);
        } else if (open.size() >= MAX_OPEN) {
            closeOldest();
        }
        open.put(key, new Window(now, monotonicNanos));
        lines.accept(line);
    }

    private static Key key(CallLine line) {
        ImdsCall call = line.call;
        Caller caller = line.caller;
        List<String> lineage = new ArrayList<>(caller.ancestors().size());
        caller.ancestors().forEach(ancestor -> lineage.add(ancestor.name()));
        return new Key(
                line.identity == null ? null : line.identity.fingerprint(),
                caller.commandLine(),
                lineage,
                caller.containerId(),
                caller.userId(),
                caller.commandLine() == null ? call.fourTuple().client().toString() : null,
                call.version(),
                call.method(),
                call.path(),
                call.query(),
                call.status(),
                call.userAgent(),
                call.findings(),
                call.detail());
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

    private void close(Window window) {
        if (window.count == 0) {
            return;
        }
        CallLine newest = window.newest;
        lines.accept(new CallLine(
                origin,
                newest.call,
                newest.caller,
                newest.identity,
                newest.uptimeSeconds,
                window.count,
                window.firstNanos,
                Math.max(window.firstNanos, newest.call.timestampNanos())));
    }
}
