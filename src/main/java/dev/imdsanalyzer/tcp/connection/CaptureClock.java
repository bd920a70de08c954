package dev.imdsanalyzer.tcp.connection;

/**
 * Time for time-outs, taken from the capture's timestamps, that never goes back. Packets of several interfaces come a
 * little out of order, which must not stop or hurry it; a wall clock that was set back far must not stop it either.
 */
final class CaptureClock {
    /** Timestamps further back than this are a clock that was set, not packets out of order. */
    private static final long STEP_NANOS = 10_000_000_000L;

    private long now = Long.MIN_VALUE;
    private long offset;

    /** Takes note of a timestamp and tells the time: nanoseconds, comparable among themselves only. */
    long advance(long timestampNanos) {
        if (now == Long.MIN_VALUE) {
            offset = -timestampNanos;
            now = 0;
        }
        long candidate = timestampNanos + offset;
        if (candidate > now) {
            now = candidate;
        } else if (now - candidate > STEP_NANOS) {
            offset += now - candidate;
        }
        return now;
    }
}
