package dev.imdsanalyzer.kernel.perf;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.SystemCalls;
import java.nio.ByteBuffer;

/**
 * Sleeps until one of several descriptors is readable or somebody calls {@link #wakeUp}. One thread waits; any thread
 * wakes. struct pollfd (include/uapi/asm-generic/poll.h): {s32 fd, s16 events, s16 revents}, 8 bytes.
 */
public final class Poller implements AutoCloseable {
    private static final short POLLIN = 1;
    private static final short POLLERR = 8;
    private static final int ENTRY_BYTES = 8;

    private final int wakeUpDescriptor;
    private final ByteBuffer entries;
    private final long entriesAddress;
    private final int count;
    private final ByteBuffer taken = SystemCalls.nativeBuffer(8);
    private boolean closed;

    public Poller(int... descriptors) throws KernelException {
        wakeUpDescriptor = SystemCalls.eventDescriptor();
        count = descriptors.length + 1;
        entries = SystemCalls.nativeBuffer(count * ENTRY_BYTES);
        entriesAddress = SystemCalls.addressOf(entries);
        entries.putInt(0, wakeUpDescriptor).putShort(4, POLLIN);
        for (int i = 0; i < descriptors.length; i++) {
            entries.putInt((i + 1) * ENTRY_BYTES, descriptors[i]).putShort((i + 1) * ENTRY_BYTES + 4, POLLIN);
        }
    }

    /**
     * Waits.
     *
     * @param timeoutMillis at most so long; -1 for ever
     */
    public void await(int timeoutMillis) throws KernelException {
        await(timeoutMillis, count - 1);
    }

    /**
     * Waits for the first so many descriptors alone.
     *
     * @param timeoutMillis at most so long; -1 for ever
     */
    public void await(int timeoutMillis, int firstDescriptors) throws KernelException {
        int ready = SystemCalls.poll(entriesAddress, firstDescriptors + 1, timeoutMillis);
        if (ready > 0 && entries.getShort(6) != 0) {
            SystemCalls.signal(wakeUpDescriptor, taken, false);
        }
    }

    /** Whether the last {@link #await(int)} found an error at one of the descriptors, which then has to be asked for it. */
    public boolean failed() {
        for (int i = 1; i < count; i++) {
            if ((entries.getShort(i * ENTRY_BYTES + 6) & POLLERR) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Ends the present {@link #await}, or the next one. No effect once closed. */
    public synchronized void wakeUp() {
        if (closed) {
            return;
        }
        try {
            SystemCalls.signal(wakeUpDescriptor, SystemCalls.nativeBuffer(8).putLong(0, 1), true);
        } catch (KernelException e) {
            throw new IllegalStateException("an open event descriptor refused a write", e);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            SystemCalls.close(wakeUpDescriptor);
        }
    }
}
