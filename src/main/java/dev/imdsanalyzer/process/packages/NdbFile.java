package dev.imdsanalyzer.process.packages;

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

    /** Of the slots: 65 000 packages. */
    private static final int PAGES_LIMIT = 256;

    private final DatabaseFile file;
    private final LookupBudget budget;
    private final ByteBuffer page = littleEndian(PAGE_SIZE);
    private final ByteBuffer blobHeader = littleEndian(BLOB_HEADER);
    private final BlobBuffer blob = new BlobBuffer();

    private NdbFile(DatabaseFile file, LookupBudget budget) {
        this.file = file;
        this.budget = budget;
    }

    /** The package that owns the file; null when none does, or the file is no such database. */
    static OwningPackage owner(DatabaseFile file, WantedFile wanted, LookupBudget budget) {
        NdbFile database = new NdbFile(file, budget);
        if (!file.fill(0, database.page) || database.page.getInt(0) != MAGIC) {
            return null;
        }
        int pages = database.page.getInt(SLOT_PAGES);
        if (pages > PAGES_LIMIT) {
            throw DatabaseGivenUpException.tooLong("the table of packages");
        }
        OwningPackage owner = null;
        for (int number = 0; number < pages && owner == null; number++) {
            if (!file.fill((long) number * PAGE_SIZE, database.page)) {
                return null;
            }
            // The header takes the place of the first two slots.
            owner = database.inPage(number == 0 ? HEADER : 0, wanted);
        }
        return owner;
    }

    private OwningPackage inPage(int firstSlot, WantedFile wanted) {
        for (int slot = firstSlot; slot + SLOT_SIZE <= PAGE_SIZE; slot += SLOT_SIZE) {
            boolean used = page.getInt(slot) == SLOT_MAGIC && page.getInt(slot + 8) != 0;
            RpmHeader rpm = used ? header(page.getInt(slot + 8) & 0xFFFFFFFFL) : null;
            OwningPackage owner = rpm == null ? null : rpm.ifOwns(wanted);
            if (owner != null) {
                return owner;
            }
        }
        return null;
    }

    private RpmHeader header(long block) {
        long position = block * BLOCK_SIZE;
        if (!file.fill(position, blobHeader) || blobHeader.getInt(0) != BLOB_MAGIC) {
            return null;
        }
        int length = blobHeader.getInt(12);
        if (length <= 0) {
            return null;
        }
        byte[] bytes = blob.of(length, file.size());
        return file.fill(position + BLOB_HEADER, bytes, length)
                ? RpmHeader.of(ByteBuffer.wrap(bytes, 0, length).slice(), budget)
                : null;
    }

    private static ByteBuffer littleEndian(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
