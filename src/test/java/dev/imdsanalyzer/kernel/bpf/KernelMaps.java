package dev.imdsanalyzer.kernel.bpf;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * BPF maps of the whole machine, for tests that put into one what only a race would. bpf(2), union bpf_attr: {u32 start_id or
 * map_id, u32 next_id}; {u32 map_fd, u64 key, u64 next_key}; {u32 bpf_fd, u32 info_len, u64 info} with struct bpf_map_info
 * {u32 type, u32 id, u32 key_size, u32 value_size, u32 max_entries, u32 map_flags, char name[16]}.
 */
final class KernelMaps {
    private static final int GET_NEXT_KEY = 4;
    private static final int GET_NEXT_ID = 12;
    private static final int GET_FD_BY_ID = 14;
    private static final int GET_INFO_BY_FD = 15;
    private static final int NAME_OFFSET = 24;
    private static final int KEY_BYTES = 8;
    private static final int ENOENT = 2;

    private KernelMaps() {}

    /** Number of the newest map; 0 for none. */
    static int newest() throws KernelException {
        int newest = 0;
        for (int id = next(0); id > 0; id = next(id)) {
            newest = id;
        }
        return newest;
    }

    private static int next(int id) throws KernelException {
        ByteBuffer attribute = SystemCalls.nativeBuffer(12).putInt(0, id);
        try {
            SystemCalls.bpf("next id", GET_NEXT_ID, attribute);
            return attribute.getInt(4);
        } catch (KernelException e) {
            if (e.errno() == ENOENT) {
                return 0;
            }
            throw e;
        }
    }

    /** Changes all values of the maps of that name that are newer than the given one and have keys of 8 bytes. */
    static void changeAll(int after, String name, int valueBytes, Consumer<ByteBuffer> change) throws KernelException {
        for (int id = next(after); id > 0; id = next(id)) {
            int descriptor = SystemCalls.bpf(
                    "map", GET_FD_BY_ID, SystemCalls.nativeBuffer(12).putInt(0, id));
            try (BpfMap map = new BpfMap(descriptor)) {
                if (name(descriptor).equals(name)) {
                    for (ByteBuffer key : keys(descriptor)) {
                        ByteBuffer value = SystemCalls.nativeBuffer(valueBytes);
                        map.lookup(key, value);
                        change.accept(value);
                        map.update(key, value);
                    }
                }
            }
        }
    }

    private static String name(int descriptor) throws KernelException {
        ByteBuffer info = SystemCalls.nativeBuffer(64);
        ByteBuffer attribute = SystemCalls.nativeBuffer(16)
                .putInt(0, descriptor)
                .putInt(4, info.capacity())
                .putLong(8, SystemCalls.addressOf(info));
        SystemCalls.bpf("info", GET_INFO_BY_FD, attribute);
        byte[] name = new byte[BpfAttribute.NAME_BYTES];
        info.get(NAME_OFFSET, name);
        return new String(name, StandardCharsets.US_ASCII).trim();
    }

    private static List<ByteBuffer> keys(int descriptor) throws KernelException {
        List<ByteBuffer> keys = new ArrayList<>();
        ByteBuffer last = null;
        while (true) {
            ByteBuffer key = SystemCalls.nativeBuffer(KEY_BYTES);
            ByteBuffer attribute = SystemCalls.nativeBuffer(24)
                    .putInt(0, descriptor)
                    .putLong(8, last == null ? 0 : SystemCalls.addressOf(last))
                    .putLong(16, SystemCalls.addressOf(key));
            try {
                SystemCalls.bpf("next key", GET_NEXT_KEY, attribute);
            } catch (KernelException e) {
                if (e.errno() == ENOENT) {
                    return keys;
                }
                throw e;
            }
            keys.add(key);
            last = key;
        }
    }
}
