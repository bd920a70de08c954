/**
 * BPF without a compiler: an assembler for its instructions, its maps, bpf(2), the kernel's own type descriptions (BTF),
 * and the one program of this product, which reports connects to IMDS together with who makes them.
 */
package dev.imdsanalyzer.kernel.bpf;
