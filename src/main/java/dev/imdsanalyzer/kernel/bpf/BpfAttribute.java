package dev.imdsanalyzer.kernel.bpf;

import dev.imdsanalyzer.kernel.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * union bpf_attr for the commands used here, in host byte order. Header: include/uapi/linux/bpf.h. Bytes after those
 * that a kernel knows must be zero; all but the last were there in Linux 4.15.
 *
 * <pre>
 * BPF_MAP_CREATE   0 u32 map_type   4 u32 key_size   8 u32 value_size   12 u32 max_entries   16 u32 map_flags
 *                 20 u32 inner_map_fd   24 u32 numa_node   28 char map_name[16]
 * BPF_MAP_*_ELEM   0 u32 map_fd     8 u64 key       16 u64 value        24 u64 flags
 * BPF_PROG_LOAD    0 u32 prog_type  4 u32 insn_cnt   8 u64 insns        16 u64 license
 *                 24 u32 log_level 28 u32 log_size  32 u64 log_buf      40 u32 kern_version  44 u32 prog_flags
 *                 48 char prog_name[16]
 * BPF_RAW_TRACEPOINT_OPEN   0 u64 name   8 u32 prog_fd
 * </pre>
 */
final class BpfAttribute {
    static final int MAP_CREATE_SIZE = 44;
    static final int MAP_ELEMENT_SIZE = 32;
    static final int PROGRAM_LOAD_SIZE = 64;
    static final int RAW_TRACEPOINT_SIZE = 16;
    static final int MAP_NAME_OFFSET = 28;
    static final int PROGRAM_NAME_OFFSET = 48;
    /** Of names, with the final zero byte. */
    static final int NAME_BYTES = 16;

    private BpfAttribute() {}

    static ByteBuffer mapCreate(int type, int keyBytes, int valueBytes, int entries, String name) {
        ByteBuffer attribute = SystemCalls.nativeBuffer(MAP_CREATE_SIZE)
                .putInt(0, type)
                .putInt(4, keyBytes)
                .putInt(8, valueBytes)
                .putInt(12, entries);
        return putName(attribute, MAP_NAME_OFFSET, name);
    }

    static ByteBuffer withFlags(ByteBuffer mapCreate, int flags) {
        return mapCreate.putInt(16, flags);
    }

    static ByteBuffer mapElement(int descriptor, ByteBuffer key, ByteBuffer value) {
        return SystemCalls.nativeBuffer(MAP_ELEMENT_SIZE)
                .putInt(0, descriptor)
                .putLong(8, SystemCalls.addressOf(key))
                .putLong(16, SystemCalls.addressOf(value));
    }

    /** All buffers are direct, {@code license} ends in a zero byte, {@code log} may be null. */
    static ByteBuffer programLoad(int type, ByteBuffer instructions, ByteBuffer license, ByteBuffer log, String name) {
        ByteBuffer attribute = SystemCalls.nativeBuffer(PROGRAM_LOAD_SIZE)
                .putInt(0, type)
                .putInt(4, instructions.capacity() / BpfAssembler.INSTRUCTION_BYTES)
                .putLong(8, SystemCalls.addressOf(instructions))
                .putLong(16, SystemCalls.addressOf(license));
        if (log != null) {
            attribute.putInt(24, 1).putInt(28, log.capacity()).putLong(32, SystemCalls.addressOf(log));
        }
        return putName(attribute, PROGRAM_NAME_OFFSET, name);
    }

    /** {@code name} is direct and ends in a zero byte. */
    static ByteBuffer rawTracepoint(ByteBuffer name, int programDescriptor) {
        return SystemCalls.nativeBuffer(RAW_TRACEPOINT_SIZE)
                .putLong(0, SystemCalls.addressOf(name))
                .putInt(8, programDescriptor);
    }

    private static ByteBuffer putName(ByteBuffer attribute, int offset, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length >= NAME_BYTES) {
            throw new IllegalArgumentException("the kernel keeps 15 bytes of a name: " + name);
        }
        return attribute.put(offset, bytes);
    }
}
