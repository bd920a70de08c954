package dev.imdsanalyzer.process.packages;

/**
 * A file that is a piece of memory.
 *
 * @param content all of it
 * @param size what it says its size is
 */
record MemoryFile(byte[] content, long size) implements DatabaseFile {
    MemoryFile(byte[] content) {
        this(content, content.length);
    }

    /** Past the content there are zeros, as in a sparse file. */
    @Override
    public int read(long position, byte[] into, int offset, int length) {
        int count = (int) Math.min(length, Math.max(0, size - position));
        for (int i = 0; i < count; i++) {
            into[offset + i] = position + i < content.length ? content[(int) (position + i)] : 0;
        }
        return count;
    }

    @Override
    public void close() {}
}
