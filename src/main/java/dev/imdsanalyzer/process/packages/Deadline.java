package dev.imdsanalyzer.process.packages;

/** A look-up has so much time and no more. */
final class Deadline {
    private final long endNanos;

    Deadline(long nanos) {
        endNanos = System.nanoTime() + nanos;
    }

    boolean isOver() {
        return System.nanoTime() - endNanos >= 0;
    }
}
