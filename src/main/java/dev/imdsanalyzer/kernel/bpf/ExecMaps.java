package dev.imdsanalyzer.kernel.bpf;

/**
 * What the two programs write to.
 *
 * @param programs {@link ProgramEntry}
 * @param scratch one entry a CPU, {@link ExecProgram#SCRATCH_BYTES}
 * @param ended {@link ExitProgram#LIST_BYTES}, twice
 * @param orphans {@link OrphanEntry}
 */
record ExecMaps(BpfMap programs, BpfMap scratch, BpfMap ended, BpfMap orphans, ProcessOwners owners) {}
