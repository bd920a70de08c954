package dev.imdsanalyzer.process.packages;

import java.util.Arrays;

/** A file that is a piece of memory. */
final class MemoryFile implements DatabaseFile {
    private final byte[] content;
    private final long size;

    MemoryFile(byte[] content) {
        this(content, content.length);
    }

    /** @param size what it says its size is; past the content there are zeros, as in a sparse file */
    MemoryFile(byte[] content, long size) {
        this.content = content;
        this.size = size;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) {
        int count = (int) Math.min(length, Math.max(0, size - position));
        int real = (int) Math.min(count, Math.max(0, content.length - position));
        if (real > 0) {
            System.arraycopy(content, (int) position, into, offset, real);
        }
        Arrays.fill(into, offset + real, offset + count, (byte) 0);
        return count;
    }

    @Override
    public void close() {}
}
