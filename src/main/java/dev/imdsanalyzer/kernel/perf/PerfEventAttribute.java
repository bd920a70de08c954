package dev.imdsanalyzer.kernel.perf;

import dev.imdsanalyzer.kernel.SystemCalls;
import java.nio.ByteBuffer;

/**
 * struct perf_event_attr in its first published size, 64 bytes, which every kernel takes. Header:
 * include/uapi/linux/perf_event.h. Host byte order.
 *
 * <pre>
 *  0 u32 type          4 u32 size            8 u64 config
 * 16 u64 sample_period 24 u64 sample_type   32 u64 read_format
 * 40 u64 flag bits (bit 0: disabled)        48 u32 wakeup_events   52 u32 bp_type   56 u64 config1
 * </pre>
 */
final class PerfEventAttribute {
    static final int SIZE = 64;
    static final int TYPE_OFFSET = 0;
    static final int SIZE_OFFSET = 4;
    static final int CONFIG_OFFSET = 8;
    static final int SAMPLE_PERIOD_OFFSET = 16;
    static final int SAMPLE_TYPE_OFFSET = 24;
    static final int FLAGS_OFFSET = 40;
    static final int WAKEUP_EVENTS_OFFSET = 48;

    private static final int PERF_TYPE_SOFTWARE = 1;
    private static final int PERF_TYPE_TRACEPOINT = 2;
    private static final int PERF_COUNT_SW_BPF_OUTPUT = 10;
    private static final int PERF_SAMPLE_RAW = 1 << 10;
    private static final int FLAG_DISABLED = 1;

    private PerfEventAttribute() {}

    /** What bpf_perf_event_output writes to: each record a raw sample, each sample a wake-up. */
    static ByteBuffer bpfOutput() {
        return attribute(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_BPF_OUTPUT)
                .putLong(SAMPLE_PERIOD_OFFSET, 1)
                .putLong(SAMPLE_TYPE_OFFSET, PERF_SAMPLE_RAW)
                .putInt(WAKEUP_EVENTS_OFFSET, 1);
    }

    /** A hook for BPF programs on a tracepoint. It stays disabled: it takes no samples of its own. */
    static ByteBuffer tracepoint(int id) {
        return attribute(PERF_TYPE_TRACEPOINT, id).putLong(FLAGS_OFFSET, FLAG_DISABLED);
    }

    /** Samples of a tracepoint, as perf record takes them. */
    static ByteBuffer tracepointSamples(int id) {
        return attribute(PERF_TYPE_TRACEPOINT, id)
                .putLong(SAMPLE_PERIOD_OFFSET, 1)
                .putLong(SAMPLE_TYPE_OFFSET, PERF_SAMPLE_RAW)
                .putInt(WAKEUP_EVENTS_OFFSET, 1);
    }

    private static ByteBuffer attribute(int type, long config) {
        return SystemCalls.nativeBuffer(SIZE)
                .putInt(TYPE_OFFSET, type)
                .putInt(SIZE_OFFSET, SIZE)
                .putLong(CONFIG_OFFSET, config);
    }
}
