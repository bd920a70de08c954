package dev.imdsanalyzer.process;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands for all callers that differ in nothing but the numbers and start times of themselves and of their ancestors: what was
 * worked out for one of them holds for the others. Told from others by its identity. Any thread.
 */
public final class CallerKind {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final int number = NUMBERS.incrementAndGet();
    /** Two threads would set the same. */
    private int weight;

    /** What each of them weighs, which is asked for at each step of each call; 0 where it was not asked for yet. */
    int weight() {
        return weight;
    }

    void weight(int bytes) {
        weight = bytes;
    }

    /** A number of its own, up to 2^32 of them. */
    int number() {
        return number;
    }
}
