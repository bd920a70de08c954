package dev.imdsanalyzer.kernel.bpf;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.SystemCalls;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** A BPF map, bpf(2), owned here until {@link #close}. Keys and values are direct buffers in host byte order. */
final class BpfMap implements AutoCloseable {
    private static final int BPF_MAP_CREATE = 0;
    private static final int BPF_MAP_LOOKUP_ELEM = 1;
    private static final int BPF_MAP_UPDATE_ELEM = 2;
    private static final int BPF_F_MMAPABLE = 1 << 10;

    /** enum bpf_map_type, include/uapi/linux/bpf.h. */
    enum Type {
        HASH(1),
        ARRAY(2),
        PERF_EVENT_ARRAY(4),
        PERCPU_ARRAY(6),
        /** A hash that drops what was not used for longest, instead of refusing more. Since Linux 4.10. */
        LRU_HASH(9),
        /** Since Linux 5.8. */
        RINGBUF(27);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    private final int descriptor;

    /** For a ring buffer: no key, no value, and {@code entries} is its size in bytes. */
    BpfMap(Type type, int keyBytes, int valueBytes, int entries, String name) throws KernelException {
        this(type, BpfAttribute.mapCreate(type.number, keyBytes, valueBytes, entries, name));
    }

    private BpfMap(Type type, ByteBuffer attribute) throws KernelException {
        descriptor = SystemCalls.bpf("BPF_MAP_CREATE " + type, BPF_MAP_CREATE, attribute);
    }

    /** One that stands for the kernel's, for tests of what is written about it. */
    BpfMap(int descriptor) {
        this.descriptor = descriptor;
    }

    /** An array whose elements, each rounded up to 8 bytes, mmap(2) of the descriptor shows. Since Linux 5.5. */
    static BpfMap mappableArray(int valueBytes, int entries, String name) throws KernelException {
        return new BpfMap(
                Type.ARRAY,
                BpfAttribute.withFlags(
                        BpfAttribute.mapCreate(Type.ARRAY.number, 4, valueBytes, entries, name), BPF_F_MMAPABLE));
    }

    int descriptor() {
        return descriptor;
    }

    void update(ByteBuffer key, ByteBuffer value) throws KernelException {
        element("BPF_MAP_UPDATE_ELEM", BPF_MAP_UPDATE_ELEM, key, value);
    }

    /** Fills {@code value}; of a per-CPU map, all CPUs' values, each rounded up to 8 bytes. */
    void lookup(ByteBuffer key, ByteBuffer value) throws KernelException {
        element("BPF_MAP_LOOKUP_ELEM", BPF_MAP_LOOKUP_ELEM, key, value);
    }

    private void element(String what, int command, ByteBuffer key, ByteBuffer value) throws KernelException {
        try {
            SystemCalls.bpf(what, command, BpfAttribute.mapElement(descriptor, key, value));
        } finally {
            Reference.reachabilityFence(key);
            Reference.reachabilityFence(value);
        }
    }

    @Override
    public void close() {
        SystemCalls.close(descriptor);
    }
}
