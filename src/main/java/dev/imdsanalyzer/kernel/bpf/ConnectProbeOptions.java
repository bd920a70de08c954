package dev.imdsanalyzer.kernel.bpf;

import dev.imdsanalyzer.kernel.SystemCalls;

/**
 * Sizes of a {@link ConnectProbe}.
 *
 * @param tracefs whether to look there for the tracepoint's layout
 * @param ringBuffer whether to take one ring for all CPUs where the kernel has that
 * @param execMemory whether to remember what processes execute: {@link ExecMemory}
 * @param cpus that are online
 * @param pagesPerCpu pages of each CPU's ring, or half of its share in the one ring; a power of two
 */
record ConnectProbeOptions(boolean tracefs, boolean ringBuffer, boolean execMemory, int cpus, int pagesPerCpu) {
    /**
     * 512 KiB hold the records of some 600 connects: with 5 000 a second on that CPU the reader may be kept waiting for
     * 120 ms. More would go past what perf_event_mlock_kb allows an ordinary user, 516 KiB a CPU with the first page. The one
     * ring does not count there, and is twice as large, as nobody may fill more than a third of it: {@link FairShare}.
     */
    private static final int MOST_PAGES = 128;

    private static final int FEWEST_PAGES = 16;
    /** Of all rings together: 16 MiB, so that a machine with many CPUs does not pay for bursts on each of them. */
    private static final int ALL_PAGES = 4096;

    static ConnectProbeOptions forCpus(int cpus, boolean execMemory) {
        int share = Integer.highestOneBit(Math.max(1, ALL_PAGES / cpus));
        return new ConnectProbeOptions(
                true, true, execMemory, cpus, Math.max(FEWEST_PAGES, Math.min(MOST_PAGES, share)));
    }

    /** Of the one ring: whole pages, a power of two. */
    int ringBytes() {
        int shares = Integer.highestOneBit(2 * cpus - 1);
        return Math.min(ALL_PAGES, 2 * shares * pagesPerCpu) * SystemCalls.pageSize();
    }
}
