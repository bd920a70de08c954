package dev.imdsanalyzer.kernel.bpf;

/**
 * What the program writes to.
 *
 * @param open what is known of a socket whose port is not known yet, by the socket's address
 * @param scratch one record a CPU
 * @param output the ring, or one a CPU
 * @param ringBytes size of the one ring
 * @param shares an owner's share, by owner
 * @param lost what found no room
 * @param programs of the {@link ExecMemory}, which is only read; null where there is none
 * @param orphans of the same; null likewise
 */
record ConnectMaps(
        BpfMap open,
        BpfMap scratch,
        BpfMap output,
        int ringBytes,
        BpfMap shares,
        LossCounts lost,
        BpfMap programs,
        BpfMap orphans) {
    ConnectMaps withoutPrograms() {
        return new ConnectMaps(open, scratch, output, ringBytes, shares, lost, null, null);
    }
}
