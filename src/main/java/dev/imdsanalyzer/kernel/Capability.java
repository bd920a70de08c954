package dev.imdsanalyzer.kernel;

/** Capabilities that this program has a use for; capabilities(7), include/uapi/linux/capability.h. */
public enum Capability {
    CAP_DAC_READ_SEARCH(2),
    CAP_NET_ADMIN(12),
    CAP_NET_RAW(13),
    CAP_SYS_PTRACE(19),
    CAP_SYS_ADMIN(21),
    CAP_PERFMON(38),
    CAP_BPF(39);

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /** The bit in a mask of capabilities, from 0. */
    public int number() {
        return number;
    }
}
