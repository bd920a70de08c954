package dev.imdsanalyzer.kernel.bpf;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the processes of this machine have executed since this was made: {@link ExecProgram} and {@link ExitProgram} at work on
 * a map in the kernel, which only {@link ConnectProgram} reads. Bounded: {@link #entries}.
 */
final class ExecMemory implements AutoCloseable {
    /** Of an entry in the kernel: key, value and what a hash's element has around them (struct htab_elem, 64 bytes at most). */
    static final int ENTRY_BYTES = ProgramEntry.KEY_BYTES + ProgramEntry.MAXIMUM_BYTES + 64;

    private static final int ENTRIES_PER_CPU = 384;
    private static final int FEWEST_CPUS = 8;
    private static final int MOST_CPUS = 64;

    /** Of all entries, one owner's processes. */
    private static final int SHARES = 4;

    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final ExecMaps maps;

    private ExecMemory(KernelFeatures features, int cpus) throws IOException {
        try {
            BpfMap programs = own(new BpfMap(
                    BpfMap.Type.LRU_HASH,
                    ProgramEntry.KEY_BYTES,
                    ProgramEntry.MAXIMUM_BYTES,
                    entries(cpus),
                    "imds_programs"));
            BpfMap scratch = own(new BpfMap(BpfMap.Type.PERCPU_ARRAY, 4, ExecProgram.SCRATCH_BYTES, 1, "imds_exec"));
            BpfMap ended = own(
                    new BpfMap(BpfMap.Type.PERCPU_ARRAY, 4, ExitProgram.LIST_BYTES, ExitProgram.LISTS, "imds_ended"));
            BpfMap orphans = own(new BpfMap(
                    BpfMap.Type.LRU_HASH,
                    ProgramEntry.KEY_BYTES,
                    OrphanEntry.BYTES,
                    OrphanEntry.ENTRIES,
                    "imds_orphans"));
            maps = new ExecMaps(programs, scratch, ended, orphans, own(new ProcessOwners(entries(cpus) / SHARES)));
            attach("sched_process_exit", ExitProgram.assemble(maps, features), "imds_exit");
            attach("sched_process_exec", ExecProgram.assemble(maps, features), "imds_exec");
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Begins to remember.
     *
     * @param features with the layout of a kernel whose BTF tells all that is needed
     * @throws IOException where the kernel does not allow it
     */
    static ExecMemory open(KernelFeatures features, int cpus) throws IOException {
        KernelLayout layout = features.layout();
        if (layout == null || !layout.exec().complete() || !layout.place().hasFiles()) {
            throw new IOException("the kernel's BTF lacks members");
        }
        return new ExecMemory(features, cpus);
    }

    /** Programs that are remembered: 3.5 MiB on 16 processors, half of that on 8 or fewer, 14 at most. */
    static int entries(int cpus) {
        return ENTRIES_PER_CPU * Math.max(FEWEST_CPUS, Math.min(MOST_CPUS, cpus));
    }

    private void attach(String tracepoint, BpfAssembler code, String name) throws IOException {
        BpfProgram program = own(BpfProgram.load(BpfProgram.Type.RAW_TRACEPOINT, code, name));
        own(new RawTracepointHook(tracepoint, program.descriptor()));
    }

    private <T extends AutoCloseable> T own(T resource) {
        resources.push(resource);
        return resource;
    }

    BpfMap programs() {
        return maps.programs();
    }

    BpfMap orphans() {
        return maps.orphans();
    }

    @Override
    public void close() {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("close(2) does not fail", e);
            }
        }
    }
}
