package dev.imdsanalyzer.kernel.bpf;

/**
 * Sizes of a {@link ConnectProbe}.
 *
 * @param pagesPerCpu pages of each CPU's ring, a power of two. A record takes some 500 bytes, two records a connection.
 */
record ConnectProbeOptions(int pagesPerCpu) {
    static ConnectProbeOptions standard() {
        return new ConnectProbeOptions(64);
    }
}
