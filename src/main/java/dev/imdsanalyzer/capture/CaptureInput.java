package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.unpack.UnpackException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;

/**
 * A window that slides over a capture file: one buffer for the whole file, whatever the file claims about its lengths.
 *
 * <p>A position within the window is an index into {@link #buffer}, and holds until the next {@link #require} or
 * {@link #skip}. Confined to the reading thread but for {@link #close}.
 */
final class CaptureInput implements Closeable {
    /** Room for the largest record with its header, and enough to read in large pieces. */
    static final int CAPACITY = 1 << 19;

    private static final VarHandle LITTLE_INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LITTLE_SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LITTLE_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ReadableByteChannel channel;
    private final String name;
    private final byte[] buffer = new byte[CAPACITY];
    private final ByteBuffer window = ByteBuffer.wrap(buffer);
    private int position;
    private int limit;
    private long consumed;
    private boolean bigEndian;

    CaptureInput(ReadableByteChannel channel, String name) {
        this.channel = channel;
        this.name = name;
    }

    /** What messages call this input. */
    String name() {
        return name;
    }

    byte[] buffer() {
        return buffer;
    }

    /** Index of the next byte. */
    int position() {
        return position;
    }

    /** Bytes of the file before {@link #position}. */
    long offset() {
        return consumed;
    }

    void bigEndian(boolean newValue) {
        bigEndian = newValue;
    }

    /**
     * Makes the next bytes available in one piece.
     *
     * @param count at most {@link #CAPACITY}
     * @return how many there are: {@code count}, or fewer at the end of the input
     */
    int require(int count) throws CaptureException {
        return limit - position >= count ? count : fill(count);
    }

    private int fill(int count) throws CaptureException {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
        window.limit(CAPACITY).position(limit);
        while (limit < count) {
            int read = read();
            if (read < 0) {
                return limit;
            }
            limit += read;
        }
        return count;
    }

    private int read() throws CaptureException {
        try {
            return channel.read(window);
        } catch (IOException e) {
            if (e instanceof UnpackException) {
                throw new CaptureException(
                        CaptureException.Kind.BAD_DATA,
                        name + ": " + e.getMessage() + "; what stands before was read",
                        e);
            }
            throw new CaptureException(
                    CaptureException.Kind.UNAVAILABLE, "cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    /** Steps over bytes that {@link #require} made available. */
    void consume(int count) {
        position += count;
        consumed += count;
    }

    /**
     * Steps over bytes without keeping them.
     *
     * @return false where the input ends before
     */
    boolean skip(long count) throws CaptureException {
        long left = count;
        while (left > 0) {
            int available = require(1) == 0 ? 0 : limit - position;
            if (available == 0) {
                return false;
            }
            int step = (int) Math.min(left, available);
            consume(step);
            left -= step;
        }
        return true;
    }

    /** The rest of the input as a stream; whoever reads it reads nothing else of this. */
    InputStream rest() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (position == limit) {
                    position = 0;
                    window.clear();
                    limit = Math.max(0, channel.read(window));
                    if (limit == 0) {
                        return -1;
                    }
                }
                int count = Math.min(length, limit - position);
                System.arraycopy(buffer, position, target, offset, count);
                position += count;
                return count;
            }
        };
    }

    int uint8(int index) {
        return buffer[index] & 0xFF;
    }

    int uint16(int index) {
        short value = (short) LITTLE_SHORT.get(buffer, index);
        return (bigEndian ? Short.reverseBytes(value) : value) & 0xFFFF;
    }

    int int32(int index) {
        int value = (int) LITTLE_INT.get(buffer, index);
        return bigEndian ? Integer.reverseBytes(value) : value;
    }

    long uint32(int index) {
        return int32(index) & 0xFFFFFFFFL;
    }

    long int64(int index) {
        long value = (long) LITTLE_LONG.get(buffer, index);
        return bigEndian ? Long.reverseBytes(value) : value;
    }

    CaptureException damaged(String what) {
        return new CaptureException(
                CaptureException.Kind.BAD_DATA,
                name + " is damaged at byte " + consumed + ": " + what + "; what stands before was read");
    }

    CaptureException cutShort() {
        return new CaptureException(
                CaptureException.Kind.BAD_DATA,
                name + " is cut short: its last record, at byte " + consumed + ", is incomplete;"
                        + " what stands before was read");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
