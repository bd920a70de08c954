package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.kernel.Clock;
import dev.imdsanalyzer.status.WallClock;

/** The clocks that the daemon goes by, in nanoseconds; tests set and stop their own. */
interface Clocks {
    /** The machine's. */
    Clocks SYSTEM = new Clocks() {
        @Override
        public long wallNanos() {
            return WallClock.nanos();
        }

        @Override
        public long monotonicNanos() {
            return System.nanoTime();
        }

        @Override
        public long bootNanos() {
            return Clock.bootNanos();
        }
    };

    /** The time of day, since the epoch; may be set at any moment. */
    long wallNanos();

    /** Never set, and stands still while the machine sleeps; its zero means nothing. */
    long monotonicNanos();

    /** Never set, and runs on while the machine sleeps; since the machine started. */
    long bootNanos();
}
