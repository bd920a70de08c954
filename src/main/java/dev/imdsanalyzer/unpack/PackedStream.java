package dev.imdsanalyzer.unpack;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** What is packed, with the number of bytes taken of it. Failures to read it are kept apart from failures to unpack it. */
final class PackedStream extends FilterInputStream {
    private static final int BUFFER = 64 * 1024;

    private long count;
    private @Nullable IOException failure;

    PackedStream(InputStream in) {
        super(in.markSupported() ? in : new BufferedInputStream(in, BUFFER));
    }

    /** Bytes taken so far. */
    long count() {
        return count;
    }

    /** Why it cannot be read any further; null if it can. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** The first bytes, which stay; fewer at the end. */
    int peek(byte[] head) throws IOException {
        in.mark(head.length);
        int length = 0;
        for (int value = in.read(); value >= 0; value = in.read()) {
            head[length++] = (byte) value;
            if (length == head.length) {
                break;
            }
        }
        in.reset();
        return length;
    }

    @Override
    public int read() throws IOException {
        try {
            int value = in.read();
            count += value < 0 ? 0 : 1;
            return value;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            int read = in.read(bytes, offset, length);
            count += Math.max(0, read);
            return read;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public long skip(long wanted) throws IOException {
        long skipped = in.skip(wanted);
        count += skipped;
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
