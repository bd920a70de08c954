package dev.imdsanalyzer.capture;

/**
 * Up to when all that a live capture took has been handled: only so far may the later stages count on what has not come.
 * The clock on the wall is ahead of that where this process got no processor for a while; what came meanwhile waits in
 * the ring.
 *
 * <p>Frames come out in the order of their times. A loop through the ring gives out at least one frame where there is any
 * when it starts; one that gave out none therefore found nothing, and all from before its start has been handled.
 */
final class HandledTime {
    private long nanos;

    /** @param wallNanos now, nanoseconds since 1970 */
    void loopStarts(long wallNanos) {
        nanos = wallNanos;
    }

    /** @param capturedNanos when the frame was captured, nanoseconds since 1970 */
    void frame(long capturedNanos) {
        nanos = capturedNanos;
    }

    long nanos() {
        return nanos;
    }
}
