package dev.imdsanalyzer.capture;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;

/**
 * Frames that were taken out of the kernel's rings and are not handled yet, byte behind byte. Copying a frame costs much
 * less than handling it, above all while the program's code is still interpreted: where this process gets little of a
 * processor, the rings are emptied in time and the frames wait here.
 *
 * <pre>
 *  0 i64 timestamp, nanoseconds since 1970
 *  8 i32 bytes that are here
 * 12 i32 bytes on the wire
 * 16 i8  bit 0: checksum not ready, bit 1: checksum valid
 * 17     the bytes
 * </pre>
 *
 * <p>Memory is taken piece by piece and let go when it is empty. All frames are of link type {@link
 * LinkType#LINUX_SLL2}. One thread.
 */
final class FrameBacklog {
    private static final int HEADER_LENGTH = 17;
    private static final int CHUNK_BYTES = 64 << 10;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private static final class Chunk {
        private final byte[] bytes;
        /** Index behind the last frame. */
        private int end;

        private Chunk(int length) {
            bytes = new byte[length];
        }
    }

    private final long maxBytes;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private long bytes;
    private int readOffset;

    /** @param maxBytes of memory; one frame may go beyond */
    FrameBacklog(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether {@link #add} may be called. */
    boolean hasRoom() {
        Chunk last = chunks.peekLast();
        return bytes + CHUNK_BYTES <= maxBytes || (last != null && last.end + CHUNK_BYTES / 2 <= last.bytes.length);
    }

    boolean isEmpty() {
        return chunks.isEmpty();
    }

    /** Copies a frame to the end. */
    void add(Frame frame) {
        int length = HEADER_LENGTH + frame.capturedLength();
        Chunk last = chunks.peekLast();
        if (last == null || last.end + length > last.bytes.length) {
            last = new Chunk(Math.max(CHUNK_BYTES, length));
            chunks.add(last);
            bytes += last.bytes.length;
        }
        int offset = last.end;
        LONG.set(last.bytes, offset, frame.timestampNanos());
        INT.set(last.bytes, offset + 8, frame.capturedLength());
        INT.set(last.bytes, offset + 12, frame.originalLength());
        last.bytes[offset + 16] = (byte) ((frame.checksumNotReady() ? 1 : 0) | (frame.checksumValid() ? 2 : 0));
        System.arraycopy(frame.buffer(), frame.offset(), last.bytes, offset + HEADER_LENGTH, frame.capturedLength());
        last.end = offset + length;
    }

    /** Points the frame at the oldest one, which is valid until the next call; false where there is none. */
    boolean next(Frame frame) {
        Chunk first = chunks.peek();
        if (first != null && readOffset == first.end) {
            chunks.remove();
            bytes -= first.bytes.length;
            readOffset = 0;
            first = chunks.peek();
        }
        if (first == null) {
            return false;
        }
        int offset = readOffset;
        int length = (int) INT.get(first.bytes, offset + 8);
        frame.wrap(
                        (long) LONG.get(first.bytes, offset),
                        LinkType.LINUX_SLL2,
                        first.bytes,
                        offset + HEADER_LENGTH,
                        length,
                        (int) INT.get(first.bytes, offset + 12))
                .checksum((first.bytes[offset + 16] & 1) != 0, (first.bytes[offset + 16] & 2) != 0);
        readOffset = offset + HEADER_LENGTH + length;
        return true;
    }
}
