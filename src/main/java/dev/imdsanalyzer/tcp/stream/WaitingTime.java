package dev.imdsanalyzer.tcp.stream;

/** Since when a stream waits at the place where it is. */
final class WaitingTime {
    private boolean waiting;
    private int place;
    private long since;

    /** Starts or restarts the time, if it is not running for this very place; stops it where nothing waits. */
    void note(boolean waits, int next, long now) {
        if (waits && (!waiting || place != next)) {
            place = next;
            since = now;
        }
        waiting = waits;
    }

    boolean isOver(long now, long patienceNanos) {
        return waiting && now - since >= patienceNanos;
    }
}
