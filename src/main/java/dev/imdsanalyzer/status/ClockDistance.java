package dev.imdsanalyzer.status;

import java.util.function.LongSupplier;

/**
 * How far one clock is ahead of another. Each is read by a call of its own, and on a busy host the thread may stand still for
 * milliseconds between the two: so the one is read before and after the other, again if that took long.
 */
public final class ClockDistance {
    /** Two readings hardly take longer where nothing comes between them. */
    private static final long SHORT_NANOS = 5_000;

    private static final int ATTEMPTS = 16;

    private ClockDistance() {}

    /**
     * Of clocks that go equally fast, in ns; of so many attempts the one is taken whose readings were nearest together.
     *
     * @param ahead ns
     * @param behind ns, and never set
     */
    public static long between(LongSupplier ahead, LongSupplier behind) {
        long shortest = Long.MAX_VALUE;
        long distance = 0;
        for (int attempt = 0; attempt < ATTEMPTS && shortest > SHORT_NANOS; attempt++) {
            long before = behind.getAsLong();
            long read = ahead.getAsLong();
            long took = behind.getAsLong() - before;
            if (took < shortest) {
                shortest = took;
                distance = read - before - took / 2;
            }
        }
        return distance;
    }
}
