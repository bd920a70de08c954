package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Caller;

/** Two look-ups of one connection, of which the first that names somebody counts. */
final class EitherAttribution implements Attribution {
    private final Attribution first;
    private final Attribution second;

    EitherAttribution(Attribution first, Attribution second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public boolean settled() {
        return first.settled() && second.settled();
    }

    @Override
    public void retain() {
        first.retain();
        second.retain();
    }

    @Override
    public void release() {
        first.release();
        second.release();
    }

    @Override
    public Caller caller(long timeoutNanos) throws InterruptedException {
        long begin = System.nanoTime();
        Caller caller = first.caller(timeoutNanos);
        if (caller.pid() >= 0) {
            return caller;
        }
        Caller other = second.caller(Math.max(0, timeoutNanos - (System.nanoTime() - begin)));
        return other.pid() >= 0 ? other : caller;
    }
}
