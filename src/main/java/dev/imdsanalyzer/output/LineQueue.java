package dev.imdsanalyzer.output;

import dev.imdsanalyzer.output.line.Line;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Lines on their way to the writer, bounded in number and in characters. A full queue refuses: a slow disk must not hold
 * up the capture, for then the kernel would drop packets and nobody could say which. Any thread.
 */
final class LineQueue {
    /**
     * Where the input waits for the writer, a long queue only fills the heap, and the garbage collector then copies it
     * over and over. Enough for the writer to fill its next batches meanwhile.
     */
    private static final int WAITING_LINES = 1024;

    /**
     * Beyond the bound, for lines about the analyzer itself: a summary that is lost leaves the time that it told of
     * unproven. Enough for a day of them.
     */
    private static final int RESERVED_LINES = 320;

    private final int maxLines;
    private final long maxWeight;
    private final ArrayDeque<Line> lines = new ArrayDeque<>();
    private long weight;
    /** Since when there are lines, by {@link System#nanoTime}. */
    private long waitingSinceNanos;

    private boolean woken;
    private boolean ended;
    /** Who drains is woken when the queue has grown to this: to one line where it was empty, to more while it gathers. */
    private int wantedLines = 1;

    LineQueue(int maxLines, long maxWeight) {
        this.maxLines = maxLines;
        this.maxWeight = maxWeight;
    }

    /** False if there is no room. */
    synchronized boolean offer(Line line) {
        if (ended) {
            return false;
        }
        int added = line.weight();
        boolean aboutCalls = line.calls() > 0;
        if (aboutCalls && weight + added > maxWeight) {
            return false;
        }
        if (lines.size() >= (aboutCalls ? maxLines : maxLines + RESERVED_LINES)) {
            return false;
        }
        if (lines.isEmpty()) {
            waitingSinceNanos = System.nanoTime();
        }
        weight += added;
        lines.addLast(line);
        if (lines.size() == wantedLines || weight >= maxWeight / 2) {
            notifyAll();
        }
        return true;
    }

    /** Waits until there is room for one more line of ordinary size. */
    synchronized void awaitRoom() throws InterruptedException {
        while (!ended && (lines.size() >= Math.min(maxLines, WAITING_LINES) || weight >= maxWeight / 2)) {
            wait();
        }
    }

    /**
     * Waits for lines, and then takes up to {@code max} of them.
     *
     * @param timeoutNanos how long to wait for the first at most
     */
    synchronized void drain(List<Line> taken, int max, long timeoutNanos) throws InterruptedException {
        awaitLines(1, System.nanoTime() + timeoutNanos);
        woken = false;
        for (int i = 0; i < max && !lines.isEmpty(); i++) {
            Line line = lines.removeFirst();
            weight -= line.weight();
            taken.add(line);
        }
        if (!taken.isEmpty()) {
            notifyAll();
        }
    }

    /**
     * Lets lines come together without a wake-up for each, until so many are there that they want to be taken.
     *
     * @param max as many as the next {@link #drain} takes
     * @param untilNanos when to stop at the latest, by {@link System#nanoTime}
     */
    synchronized void gather(int max, long untilNanos) throws InterruptedException {
        awaitLines(Math.min(max, Math.max(1, maxLines / 2)), untilNanos);
    }

    private void awaitLines(int count, long untilNanos) throws InterruptedException {
        wantedLines = count;
        while (lines.size() < count && weight < maxWeight / 2 && !woken) {
            long left = untilNanos - System.nanoTime();
            if (left <= 0) {
                break;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        wantedLines = 1;
    }

    /** Ends the wait of whoever waits in {@link #drain}, or of the next one. */
    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    synchronized boolean isEmpty() {
        return lines.isEmpty();
    }

    /** Since when lines wait, by {@link System#nanoTime}; {@code otherwise} where none do. */
    synchronized long waitingSinceNanos(long otherwise) {
        return lines.isEmpty() ? otherwise : waitingSinceNanos;
    }

    /** Nobody will drain any more: nobody waits for room, and every line is refused. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }
}
