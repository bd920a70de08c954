package dev.imdsanalyzer.kernel.bpf;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.SystemCalls;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A BPF program's place on a raw tracepoint, on all CPUs, until it is closed. Since Linux 4.17. Each program there runs for
 * itself: what one answers takes nothing from others.
 */
final class RawTracepointHook implements AutoCloseable {
    private static final int BPF_RAW_TRACEPOINT_OPEN = 17;

    private final int descriptor;

    RawTracepointHook(String name, int programDescriptor) throws KernelException {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer nameBytes = SystemCalls.nativeBuffer(text.length + 1).put(0, text);
        try {
            descriptor = SystemCalls.bpf(
                    "BPF_RAW_TRACEPOINT_OPEN",
                    BPF_RAW_TRACEPOINT_OPEN,
                    BpfAttribute.rawTracepoint(nameBytes, programDescriptor));
        } finally {
            Reference.reachabilityFence(nameBytes);
        }
    }

    @Override
    public void close() {
        SystemCalls.close(descriptor);
    }
}
