package dev.imdsanalyzer.kernel.bpf;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.SystemCalls;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A program in the kernel, until it is closed and nothing is attached to it any more. */
final class BpfProgram implements AutoCloseable {
    private static final int BPF_PROG_LOAD = 5;
    private static final int LOG_BYTES = 1 << 20;
    private static final int LOG_TAIL_CHARACTERS = 4000;
    /** The kernel hands its tracing helpers only to programs that call themselves compatible with its own licence. */
    private static final String LICENSE = "Dual BSD/GPL";

    /** enum bpf_prog_type, include/uapi/linux/bpf.h. */
    enum Type {
        TRACEPOINT(5),
        /** Since Linux 4.17. */
        RAW_TRACEPOINT(17);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    private final int descriptor;

    private BpfProgram(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Loads a program. Only when that fails is it loaded again for the verifier's log. */
    static BpfProgram load(Type type, BpfAssembler assembler, String name) throws BpfException {
        ByteBuffer instructions = assembler.assemble();
        try {
            return new BpfProgram(load(type, instructions, null, name));
        } catch (KernelException e) {
            String log = verifierLog(type, instructions, name);
            String tail = log.length() <= LOG_TAIL_CHARACTERS ? log : log.substring(log.length() - LOG_TAIL_CHARACTERS);
            throw new BpfException(e.getMessage() + (tail.isEmpty() ? "" : "; the verifier says: " + tail), log, e);
        }
    }

    private static String verifierLog(Type type, ByteBuffer instructions, String name) {
        ByteBuffer log = SystemCalls.nativeBuffer(LOG_BYTES);
        try {
            SystemCalls.close(load(type, instructions, log, name));
            return "";
        } catch (KernelException e) {
            byte[] bytes = new byte[LOG_BYTES];
            log.get(0, bytes);
            int end = 0;
            while (end < bytes.length && bytes[end] != 0) {
                end++;
            }
            return new String(bytes, 0, end, StandardCharsets.UTF_8).strip();
        }
    }

    private static int load(Type type, ByteBuffer instructions, ByteBuffer log, String name) throws KernelException {
        byte[] text = LICENSE.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer license = SystemCalls.nativeBuffer(text.length + 1).put(0, text);
        try {
            return SystemCalls.bpf(
                    "BPF_PROG_LOAD",
                    BPF_PROG_LOAD,
                    BpfAttribute.programLoad(type.number, instructions, license, log, name));
        } finally {
            // The attribute holds bare addresses: the buffers must live until the call is over.
            Reference.reachabilityFence(instructions);
            Reference.reachabilityFence(license);
            Reference.reachabilityFence(log);
        }
    }

    int descriptor() {
        return descriptor;
    }

    @Override
    public void close() {
        SystemCalls.close(descriptor);
    }
}
