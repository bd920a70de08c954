package dev.imdsanalyzer.live;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions, each for a bounded time. */
final class Await {
    private static final long POLL_MILLISECONDS = 3;

    private Await() {}

    /** Whether the condition came true within the limit. */
    static boolean holds(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            pause();
        }
        return true;
    }

    /**
     * Waits until the condition is true.
     *
     * @throws AssertionError that tells what was waited for, and what {@code state} says then
     */
    static void until(String what, Duration limit, BooleanSupplier condition, Supplier<String> state) {
        if (!holds(limit, condition)) {
            throw new AssertionError("waited " + limit + " in vain: " + what + "\n" + state.get());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", interrupted);
        }
    }
}
