package dev.imdsanalyzer.process;

/**
 * Stands for all callers that differ in nothing but the numbers and start times of themselves and of their ancestors: what was
 * worked out for one of them holds for the others. Told from others by its identity. Any thread.
 */
public final class CallerKind {
    /** Two threads would set the same. */
    private int weight;

    /** What each of them weighs, which is asked for at each step of each call; 0 where it was not asked for yet. */
    int weight() {
        return weight;
    }

    void weight(int bytes) {
        weight = bytes;
    }
}
