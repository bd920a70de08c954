package dev.imdsanalyzer.kernel.bpf;

/**
 * The registers of BPF: R0 takes results, R1 to R5 pass arguments and do not survive a call, R6 to R9 do, FRAME is the
 * read-only end of the 512-byte stack. Source: Documentation/bpf/standardization/instruction-set.rst.
 */
enum Register {
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    FRAME
}
