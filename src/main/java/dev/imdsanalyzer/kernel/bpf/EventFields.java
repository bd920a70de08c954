package dev.imdsanalyzer.kernel.bpf;

/**
 * How {@link ConnectProgram} reads what changed: R6 holds the program's context. Fields bear the names that they have in
 * the tracepoint's {@code format} file. What is written here overwrites R1 to R5.
 */
interface EventFields {
    /** Loads a number, in host order. */
    BpfAssembler load(BpfAssembler code, Register to, String name);

    /** Copies bytes as they lie in memory. */
    void copy(BpfAssembler code, Register to, int offset, String name, int bytes);
}
