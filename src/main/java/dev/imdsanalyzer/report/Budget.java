package dev.imdsanalyzer.report;

/** Bytes that a report may keep of what logs say, shared by everything that grows with them; an estimate, not a measure. */
public final class Budget {
    private static final long SMALLEST = 16L << 20;
    private static final long LARGEST = 1L << 30;

    private final long total;
    private long left;

    Budget(long bytes) {
        this.total = bytes;
        this.left = bytes;
    }

    /** A quarter of the heap that this process may have. */
    public static Budget ofHeap() {
        return new Budget(
                Math.max(SMALLEST, Math.min(LARGEST, Runtime.getRuntime().maxMemory() / 4)));
    }

    /** Takes so many bytes; false, and takes none, where they are not left. */
    boolean take(long bytes) {
        return take(bytes, 0);
    }

    /** The same, with at least {@code reserve} of the whole left untouched, from 0 to 1. */
    boolean take(long bytes, double reserve) {
        if (left - bytes < total * reserve) {
            return false;
        }
        left -= bytes;
        return true;
    }
}
