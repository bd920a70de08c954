package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.RootedFile;
import java.io.Closeable;
import java.nio.ByteBuffer;

/** One file of a database, read at any place. */
interface DatabaseFile extends Closeable {
    /** In bytes, when it was opened; of a sparse file much more than it has. */
    long size();

    /**
     * Reads from a place of the file.
     *
     * @return how many bytes were read, fewer than asked for at the end of the file; -1 on an error
     */
    int read(long position, byte[] into, int offset, int length);

    /** Whether all of that could be read. */
    default boolean fill(long position, byte[] into, int length) {
        return position >= 0 && length <= size() - position && read(position, into, 0, length) == length;
    }

    /** Whether all of the buffer, could be read. */
    default boolean fill(long position, ByteBuffer into) {
        return position >= 0
                && into.capacity() <= size() - position
                && read(position, into.array(), into.arrayOffset(), into.capacity()) == into.capacity();
    }

    @Override
    void close();

    /** Takes over the file; null for null. */
    static DatabaseFile of(RootedFile file) {
        return file == null
                ? null
                : new DatabaseFile() {
                    @Override
                    public long size() {
                        return file.status().size();
                    }

                    @Override
                    public int read(long position, byte[] into, int offset, int length) {
                        return file.read(position, into, offset, length);
                    }

                    @Override
                    public void close() {
                        file.close();
                    }
                };
    }

    /** The same file, whose every read is paid for first; null for null. */
    static DatabaseFile metered(DatabaseFile file, LookupBudget budget) {
        return file == null
                ? null
                : new DatabaseFile() {
                    @Override
                    public long size() {
                        return file.size();
                    }

                    @Override
                    public int read(long position, byte[] into, int offset, int length) {
                        budget.spend(LookupBudget.SYSTEM_CALL + length);
                        return file.read(position, into, offset, length);
                    }

                    @Override
                    public void close() {
                        file.close();
                    }
                };
    }
}
