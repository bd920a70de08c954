package dev.imdsanalyzer.kernel;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Memory that the kernel reads or writes: a direct buffer in the machine's byte order and its address. The memory lives
 * as long as this object, which {@link Libc} sees to during a call. Not for several threads at once.
 */
public final class NativeBuffer {
    private final ByteBuffer bytes;
    private final long address;

    /** @param capacity in bytes; all zero at first */
    public NativeBuffer(int capacity) {
        bytes = ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
        address = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
    }

    /** Where the memory starts, for {@link Libc} alone: the address does not keep the memory alive. */
    long address() {
        return address;
    }

    /** The memory itself, not a copy. Position and limit are the caller's business. */
    public ByteBuffer bytes() {
        return bytes;
    }

    public int capacity() {
        return bytes.capacity();
    }

    /** Writes zero bytes over everything. */
    public void clear() {
        for (int i = 0; i < bytes.capacity(); i++) {
            bytes.put(i, (byte) 0);
        }
    }

    /**
     * Copies a C string to the start of the memory.
     *
     * @return this
     * @throws IllegalArgumentException when it does not fit with its final NUL
     */
    public NativeBuffer putString(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (encoded.length >= bytes.capacity()) {
            throw new IllegalArgumentException("string of " + encoded.length + " bytes is too long");
        }
        bytes.put(0, encoded);
        bytes.put(encoded.length, (byte) 0);
        return this;
    }
}
