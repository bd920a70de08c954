package dev.imdsanalyzer.kernel;

/** The kernel's clocks that Java has no method for. */
public final class Clock {
    private static final int CLOCK_BOOTTIME = 7;
    private static final int SC_CLK_TCK = 2;

    private Clock() {}

    /** Time since the machine started, suspension included, in ns: what process start times count. */
    public static long bootNanos() {
        NativeBuffer timespec = new NativeBuffer(16);
        Libc.clock_gettime(CLOCK_BOOTTIME, timespec);
        return timespec.bytes().getLong(0) * 1_000_000_000L + timespec.bytes().getLong(8);
    }

    /** The unit of process times in /proc: ticks a second, 100 on every known machine. */
    public static long ticksPerSecond() {
        long ticks = Libc.sysconf(SC_CLK_TCK);
        return ticks > 0 ? ticks : 100;
    }
}
