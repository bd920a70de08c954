package dev.imdsanalyzer.kernel.perf;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.List;

/**
 * One perf ring for each CPU that is online, for kernels without BPF ring buffers. A CPU that comes online later has none:
 * what happens there is lost to this channel, and counted (bpf_perf_event_output answers ENOENT).
 */
public final class PerfRings implements RecordChannel {
    private final List<PerfRing> rings = new ArrayList<>();
    private final List<Integer> cpus;

    /** Rings for the records of a BPF program. */
    public static PerfRings forBpfOutput(List<Integer> cpus, int dataPages) throws KernelException {
        return new PerfRings(cpus, dataPages, 0, false);
    }

    /** Rings for samples of a tracepoint, taken as perf does it, without BPF. */
    public static PerfRings forTracepoint(List<Integer> cpus, int dataPages, int tracepointId) throws KernelException {
        return new PerfRings(cpus, dataPages, tracepointId, true);
    }

    /**
     * Opens a ring for each CPU.
     *
     * @param dataPages pages a ring, a power of two
     */
    private PerfRings(List<Integer> cpus, int dataPages, int tracepointId, boolean samples) throws KernelException {
        this.cpus = List.copyOf(cpus);
        try {
            for (int cpu : cpus) {
                int descriptor = SystemCalls.perfEventOpen(
                        samples ? PerfEventAttribute.tracepointSamples(tracepointId) : PerfEventAttribute.bpfOutput(),
                        cpu);
                rings.add(open(descriptor, dataPages));
            }
        } catch (KernelException e) {
            close();
            throw e;
        }
    }

    private static PerfRing open(int descriptor, int dataPages) throws KernelException {
        try {
            return new PerfRing(descriptor, dataPages);
        } catch (KernelException e) {
            SystemCalls.close(descriptor);
            throw e;
        }
    }

    /** The CPU of each of {@link #descriptors}. */
    public List<Integer> cpus() {
        return cpus;
    }

    @Override
    public int[] descriptors() {
        return rings.stream().mapToInt(PerfRing::descriptor).toArray();
    }

    @Override
    public int drain(RecordHandler handler) {
        int records = 0;
        for (PerfRing ring : rings) {
            records += ring.drain(handler);
        }
        return records;
    }

    @Override
    public boolean isOrdered() {
        return false;
    }

    @Override
    public long lost() {
        long lost = 0;
        for (PerfRing ring : rings) {
            lost += ring.lost();
        }
        return lost;
    }

    @Override
    public void close() {
        rings.forEach(PerfRing::close);
        rings.clear();
    }
}
