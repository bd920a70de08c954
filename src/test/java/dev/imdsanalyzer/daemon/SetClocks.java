package dev.imdsanalyzer.daemon;

import java.util.concurrent.TimeUnit;

/** Clocks that stand still until they are moved. */
final class SetClocks implements Clocks {
    private long wall = 1_795_264_496_000_000_000L;
    private long monotonic = -77;
    private long boot = 5_000_000_000L;

    /** Time passes for all of them. */
    SetClocks pass(double seconds) {
        long nanos = nanos(seconds);
        wall += nanos;
        monotonic += nanos;
        boot += nanos;
        return this;
    }

    /** Somebody sets the time of day forward, or back where negative. */
    SetClocks step(double seconds) {
        wall += nanos(seconds);
        return this;
    }

    /** The machine is suspended. */
    SetClocks sleep(double seconds) {
        wall += nanos(seconds);
        boot += nanos(seconds);
        return this;
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * TimeUnit.SECONDS.toNanos(1));
    }

    @Override
    public long wallNanos() {
        return wall;
    }

    @Override
    public long monotonicNanos() {
        return monotonic;
    }

    @Override
    public long bootNanos() {
        return boot;
    }
}
