package dev.imdsanalyzer.kernel.perf;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.SystemCalls;
import java.io.IOException;

/** A BPF program's place on a tracepoint, on all CPUs, until it is closed. */
public final class TracepointHook implements AutoCloseable {
    /** _IOW('$', 8, __u32), include/uapi/linux/perf_event.h. */
    private static final long PERF_EVENT_IOC_SET_BPF = 0x40042408L;

    private final int descriptor;

    /** Attaches a loaded program. The perf event stays disabled: only the program is run, no sample is taken. */
    public TracepointHook(int tracepointId, int programDescriptor) throws IOException {
        descriptor = SystemCalls.perfEventOpen(
                PerfEventAttribute.tracepoint(tracepointId), CpuList.online().get(0));
        try {
            SystemCalls.ioctl("PERF_EVENT_IOC_SET_BPF", descriptor, PERF_EVENT_IOC_SET_BPF, programDescriptor);
        } catch (KernelException e) {
            SystemCalls.close(descriptor);
            throw e;
        }
    }

    @Override
    public void close() {
        SystemCalls.close(descriptor);
    }
}
