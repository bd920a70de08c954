package dev.imdsanalyzer.output;

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
    private boolean woken;

    LineQueue(int maxLines, long maxWeight) {
        this.maxLines = maxLines;
        this.maxWeight = maxWeight;
    }

    /** False if there is no room. */
    synchronized boolean offer(Line line) {
        int added = line.weight();
        boolean aboutCalls = line.calls() > 0;
        if (aboutCalls && weight + added > maxWeight) {
            return false;
        }
        if (lines.size() >= (aboutCalls ? maxLines : maxLines + RESERVED_LINES)) {
            return false;
        }
        weight += added;
        lines.addLast(line);
        if (lines.size() == 1) {
            notifyAll();
        }
        return true;
    }

    /** Waits until there is room for one more line of ordinary size. */
    synchronized void awaitRoom() throws InterruptedException {
        while (lines.size() >= Math.min(maxLines, WAITING_LINES) || weight >= maxWeight / 2) {
            wait();
        }
    }

    /**
     * Waits for lines, and then takes up to {@code max} of them.
     *
     * @param timeoutNanos how long to wait at most
     */
    synchronized void drain(List<Line> taken, int max, long timeoutNanos) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        while (lines.isEmpty() && !woken) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
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

    /** Ends the wait of whoever waits in {@link #drain}, or of the next one. */
    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    synchronized boolean isEmpty() {
        return lines.isEmpty();
    }
}
