package dev.imdsanalyzer.kernel.perf;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.SystemCalls;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One CPU's ring of perf records: perf_event_open(2), section "MMAP layout".
 *
 * <pre>
 * page 0   struct perf_event_mmap_page: data_head at 1024 (kernel writes), data_tail at 1032 (we write)
 * page 1.. 2^n pages of records, each {u32 type, u16 misc, u16 size} and its body; a record may wrap
 * </pre>
 *
 * The kernel publishes data_head after the records: it is read with acquire. Our data_tail frees their room: it is
 * written with release, after the last byte was copied.
 */
final class PerfRing implements AutoCloseable {
    static final int DATA_HEAD_OFFSET = 1024;
    static final int DATA_TAIL_OFFSET = 1032;

    private static final int PERF_RECORD_LOST = 2;
    private static final int PERF_RECORD_SAMPLE = 9;
    private static final int HEADER_BYTES = 8;
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final int descriptor;
    private final ByteBuffer mapped;
    private final int dataOffset;
    private final int dataMask;
    /** The largest record is 64 KiB, by its u16 size. */
    private byte[] copy = new byte[1024];

    private long lost;

    /** Takes over the descriptor, which {@link #close} closes. */
    PerfRing(int descriptor, int dataPages) throws KernelException {
        int pageSize = SystemCalls.pageSize();
        this.descriptor = descriptor;
        this.mapped = SystemCalls.map(descriptor, 0, (1 + dataPages) * pageSize, true);
        this.dataOffset = pageSize;
        this.dataMask = dataPages * pageSize - 1;
    }

    /** A ring on memory that stands for the kernel's, for tests. */
    PerfRing(ByteBuffer memory, int headerBytes) {
        this.descriptor = -1;
        this.mapped = memory;
        this.dataOffset = headerBytes;
        this.dataMask = memory.capacity() - headerBytes - 1;
    }

    int descriptor() {
        return descriptor;
    }

    long lost() {
        return lost;
    }

    int drain(RecordHandler handler) {
        long head = (long) LONG.getAcquire(mapped, DATA_HEAD_OFFSET);
        long tail = (long) LONG.get(mapped, DATA_TAIL_OFFSET);
        int records = 0;
        while (tail < head) {
            int start = (int) tail & dataMask;
            // Sizes are multiples of 8, so that a header never wraps.
            int type = mapped.getInt(dataOffset + start);
            int size = mapped.getShort(dataOffset + start + 6) & 0xFFFF;
            if (size < HEADER_BYTES) {
                tail = head;
                break;
            }
            copyOut(start, size);
            tail += size;
            // The room is given back record by record, so that a slow handler does not hold the whole ring.
            LONG.setRelease(mapped, DATA_TAIL_OFFSET, tail);
            records += deliver(type, size, handler);
        }
        LONG.setRelease(mapped, DATA_TAIL_OFFSET, tail);
        return records;
    }

    private void copyOut(int start, int size) {
        if (copy.length < size) {
            copy = new byte[Math.max(size, 2 * copy.length)];
        }
        int untilEnd = Math.min(size, dataMask + 1 - start);
        mapped.get(dataOffset + start, copy, 0, untilEnd);
        mapped.get(dataOffset, copy, untilEnd, size - untilEnd);
    }

    private int deliver(int type, int size, RecordHandler handler) {
        ByteBuffer record = ByteBuffer.wrap(copy, 0, size).order(ByteOrder.nativeOrder());
        if (type == PERF_RECORD_LOST && size >= HEADER_BYTES + 16) {
            lost += record.getLong(HEADER_BYTES + 8);
        }
        if (type != PERF_RECORD_SAMPLE || size < HEADER_BYTES + 4) {
            return 0;
        }
        int rawBytes = Math.min(record.getInt(HEADER_BYTES), size - HEADER_BYTES - 4);
        int rawOffset = HEADER_BYTES + 4;
        handler.onRecord(
                record.limit(rawOffset + rawBytes).position(rawOffset).slice().order(ByteOrder.nativeOrder()));
        return 1;
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            SystemCalls.unmap(mapped);
            SystemCalls.close(descriptor);
        }
    }
}
