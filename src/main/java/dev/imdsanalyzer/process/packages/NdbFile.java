package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.RootedFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * rpm's own database format, Packages.db of SUSE: little-endian, 4096-byte slot pages at the front, with slots {magic,
 * package, block offset, block count} of 16 bytes; each blob begins with {magic, package, generation, length}. Source:
 * lib/backend/ndb/rpmpkg.c of rpm.
 */
final class NdbFile {
    private static final int HEADER = 32;
    private static final int MAGIC = 'R' | 'p' << 8 | 'm' << 16 | 'P' << 24;
    private static final int SLOT_MAGIC = 'S' | 'l' << 8 | 'o' << 16 | 't' << 24;
    private static final int BLOB_MAGIC = 'B' | 'l' << 8 | 'b' << 16 | 'S' << 24;
    private static final int SLOT_PAGES = 12;
    private static final int SLOT_SIZE = 16;
    private static final int PAGE_SIZE = 4096;
    private static final int BLOCK_SIZE = 16;
    private static final int BLOB_HEADER = 16;
    private static final int PAGES_LIMIT = 256;
    private static final int BLOB_LIMIT = 4 << 20;

    private NdbFile() {}

    /** The package that owns the file; null when none does, the file is no such database, or the time is up. */
    static OwningPackage owner(RootedFile file, String[] paths, Deadline deadline) {
        ByteBuffer header = read(file, 0, HEADER);
        if (header == null || header.getInt(0) != MAGIC) {
            return null;
        }
        int pages = Math.min(PAGES_LIMIT, header.getInt(SLOT_PAGES));
        ByteBuffer slots = pages <= 0 ? null : read(file, 0, pages * PAGE_SIZE);
        if (slots == null) {
            return null;
        }
        // The header takes the place of the first two slots.
        for (int slot = HEADER; slot + SLOT_SIZE <= slots.capacity() && !deadline.isOver(); slot += SLOT_SIZE) {
            boolean used = slots.getInt(slot) == SLOT_MAGIC && slots.getInt(slot + 8) != 0;
            RpmHeader rpm = used ? blob(file, slots.getInt(slot + 8) & 0xFFFFFFFFL) : null;
            for (String path : paths) {
                OwningPackage owner = rpm == null ? null : rpm.ifOwns(path);
                if (owner != null) {
                    return owner;
                }
            }
        }
        return null;
    }

    private static RpmHeader blob(RootedFile file, long block) {
        ByteBuffer header = read(file, block * BLOCK_SIZE, BLOB_HEADER);
        if (header == null || header.getInt(0) != BLOB_MAGIC) {
            return null;
        }
        int length = header.getInt(12);
        return length <= 0 || length > BLOB_LIMIT
                ? null
                : RpmHeader.of(readBytes(file, block * BLOCK_SIZE + BLOB_HEADER, length));
    }

    private static ByteBuffer read(RootedFile file, long position, int length) {
        byte[] bytes = readBytes(file, position, length);
        return bytes == null ? null : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** All of them or null. */
    private static byte[] readBytes(RootedFile file, long position, int length) {
        if (length > file.status().size()) {
            return null;
        }
        byte[] bytes = new byte[length];
        return file.read(position, bytes, 0, length) == length ? bytes : null;
    }
}
