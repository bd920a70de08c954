package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.kernel.RootedFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;

/** A file as a stream that ends with an error where it is longer, or takes longer, than any such file. */
final class ReadLimit extends InputStream {
    /** A bundle's file has 10 KB; one with the variables of a thousand services half a megabyte. */
    static final long BYTES = 4L << 20;

    static final long NANOS = 200_000_000L;

    private final RootedFile file;
    private final LongSupplier nanoTime;
    private final long endNanos;
    private long position;

    ReadLimit(RootedFile file, LongSupplier nanoTime) {
        this.file = file;
        this.nanoTime = nanoTime;
        this.endNanos = nanoTime.getAsLong() + NANOS;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (position > BYTES) {
            throw new IOException("the file is longer than any of its kind");
        }
        if (nanoTime.getAsLong() - endNanos >= 0) {
            throw new IOException("the file took too long to read");
        }
        int count = file.read(position, into, offset, length);
        if (count < 0) {
            throw new IOException("the file cannot be read");
        }
        position += count;
        return count == 0 && length > 0 ? -1 : count;
    }
}
