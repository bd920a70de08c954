package dev.imdsanalyzer.kernel.bpf;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.SystemCalls;
import dev.imdsanalyzer.kernel.perf.RecordChannel;
import dev.imdsanalyzer.kernel.perf.RecordHandler;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The one ring of all CPUs that a BPF ring buffer map is: Documentation/bpf/ringbuf.rst, kernel/bpf/ringbuf.c.
 *
 * <pre>
 * page 0   u64 consumer position (we write)
 * page 1   u64 producer position (kernel writes)
 * page 2.. 2^n pages of records, of which the last may go on at the first page:
 *          {u32 length, bit 31: still being written, bit 30: discarded; u32 page offset}, then the bytes, rounded up to 8
 * </pre>
 *
 * The producer position and each length are read with acquire, the consumer position is written with release. Records
 * come in the order in which the CPUs wrote them, also from a CPU that comes online later.
 */
final class BpfRing implements RecordChannel {
    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;
    private static final int HEADER_BYTES = 8;
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final int descriptor;
    private final ByteBuffer consumer;
    private final ByteBuffer produced;
    private final int dataOffset;
    private final int dataMask;

    /**
     * Maps the memory of a ring buffer map, which stays its owner's.
     *
     * @param bytes of records, as the map was made
     */
    BpfRing(BpfMap map, int bytes) throws KernelException {
        int pageSize = SystemCalls.pageSize();
        descriptor = map.descriptor();
        consumer = SystemCalls.map(descriptor, 0, pageSize, true);
        dataOffset = pageSize;
        dataMask = bytes - 1;
        try {
            // The kernel would show it twice in a row, which counts twice as resident memory.
            produced = SystemCalls.map(descriptor, pageSize, pageSize + bytes, false);
        } catch (KernelException e) {
            SystemCalls.unmap(consumer);
            throw e;
        }
    }

    /** A ring on memory that stands for the kernel's, for tests. */
    BpfRing(ByteBuffer consumer, ByteBuffer produced, int dataOffset) {
        this.descriptor = -1;
        this.consumer = consumer;
        this.produced = produced;
        this.dataOffset = dataOffset;
        this.dataMask = produced.capacity() - dataOffset - 1;
    }

    @Override
    public int drain(RecordHandler handler) {
        long position = (long) LONG.get(consumer, 0);
        long end = (long) LONG.getAcquire(produced, 0);
        int records = 0;
        while (position < end) {
            int start = dataOffset + ((int) position & dataMask);
            int header = (int) INT.getAcquire(produced, start);
            if ((header & BUSY) != 0) {
                // Its writer is about to end; the wake-up comes then.
                break;
            }
            int length = header & ~DISCARDED;
            try {
                if (header == length) {
                    records++;
                    handler.onRecord(record(start - dataOffset + HEADER_BYTES, length));
                }
            } finally {
                position += (length + HEADER_BYTES + 7L) & ~7L;
                // Not before: the room is the kernel's again.
                LONG.setRelease(consumer, 0, position);
            }
        }
        return records;
    }

    /** A record's bytes where they lie, or put together if they go on at the ring's start. */
    private ByteBuffer record(int position, int length) {
        int start = position & dataMask;
        int first = Math.min(length, dataMask + 1 - start);
        if (first == length) {
            return produced.slice(dataOffset + start, length).order(ByteOrder.nativeOrder());
        }
        ByteBuffer whole = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        return whole.put(0, produced, dataOffset + start, first).put(first, produced, dataOffset, length - first);
    }

    @Override
    public boolean isOrdered() {
        return true;
    }

    /** None that the program itself would not know of. */
    @Override
    public long lost() {
        return 0;
    }

    @Override
    public int[] descriptors() {
        return new int[] {descriptor};
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            SystemCalls.unmap(consumer);
            SystemCalls.unmap(produced);
        }
    }
}
