package dev.imdsanalyzer.process.packages;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A database of Berkeley DB 4 and 5, hash or btree, looked up by key; of either byte order. As far as rpm's databases
 * need it: no duplicates of a key, no encryption, no checksums. What only stands in the environment's cache is not seen.
 * Source: src/dbinc/db_page.h of libdb 5.3, where the names are from.
 *
 * <p>Malformed files make the methods throw {@link IndexOutOfBoundsException}, {@link java.nio.BufferUnderflowException}
 * or answer null; every step is paid for from the budget.
 */
final class BerkeleyFile {
    /** DBMETA: magic at 12, page size at 20, type at 25; of the hash and the btree the rest of it. */
    private static final int META_SIZE = 512;

    private static final int MAGIC = 12;
    private static final int VERSION = 16;
    private static final int PAGE_SIZE = 20;
    private static final int ENCRYPTION = 24;
    private static final int META_FLAGS = 26;
    private static final int HASH_MAGIC = 0x061561;
    private static final int BTREE_MAGIC = 0x053162;
    private static final int CHECKSUMS = 1;

    /** HMETA. Versions before it have another hash function. */
    private static final int HASH_VERSION = 5;

    private static final int MAX_BUCKET = 72;
    private static final int HIGH_MASK = 76;
    private static final int LOW_MASK = 80;
    private static final int CHECK_HASH = 92;
    private static final int SPARES = 96;
    private static final int SPARES_COUNT = 32;

    /** CHARKEY: its hash stands in the file, as a program may bring a function of its own. */
    private static final byte[] CHECK_KEY = "%$sniglet^&\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    /** BTMETA. */
    private static final int ROOT = 88;

    /** PAGE: the header of every page. */
    private static final int NEXT_PAGE = 16;

    private static final int ENTRIES = 20;
    private static final int OVERFLOW_LENGTH = 22;
    private static final int TYPE = 25;
    private static final int INDEX = 26;

    private static final int UNSORTED_HASH_PAGE = 2;
    private static final int INTERNAL_PAGE = 3;
    private static final int LEAF_PAGE = 5;
    private static final int OVERFLOW_PAGE = 7;
    private static final int HASH_PAGE = 13;

    /** H_KEYDATA and H_OFFPAGE: {u8 type, unused[3]; u32 page, length}. */
    private static final int HASH_INLINE = 1;

    private static final int HASH_OVERFLOW = 3;

    /** BKEYDATA {u16 length; u8 type; data} and BOVERFLOW {u16; u8 type, unused; u32 page, length}. */
    private static final int BTREE_INLINE = 1;

    private static final int BTREE_OVERFLOW = 3;

    /** The type's highest bit tells of a deleted item. */
    private static final int BTREE_TYPE = 0x7F;

    /** BINTERNAL {u16 length; u8 type, unused; u32 page, records; data}. */
    private static final int INTERNAL_DATA = 12;

    private static final int DEPTH_LIMIT = 20;

    /** What one item of a page costs, in bytes gone through. */
    private static final int ITEM = 16;

    private final DatabaseFile file;
    private final ByteBuffer meta;
    private final int pageSize;
    private final LookupBudget budget;
    /** One page of the tree or chain, and one of a value's chain. */
    private final ByteBuffer page;

    private final ByteBuffer piece;
    private final BlobBuffer value = new BlobBuffer();

    private BerkeleyFile(DatabaseFile file, ByteBuffer meta, LookupBudget budget) {
        this.file = file;
        this.meta = meta;
        this.pageSize = meta.getInt(PAGE_SIZE);
        this.budget = budget;
        this.page = ByteBuffer.allocate(pageSize).order(meta.order());
        this.piece = ByteBuffer.allocate(pageSize).order(meta.order());
    }

    /** Reads the first page; null when it is no such database. The file stays the caller's to close. */
    static BerkeleyFile open(DatabaseFile file, LookupBudget budget) {
        byte[] bytes = new byte[META_SIZE];
        if (!file.fill(0, bytes, META_SIZE)) {
            return null;
        }
        ByteBuffer meta = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (!isMagic(meta.getInt(MAGIC))) {
            meta.order(ByteOrder.BIG_ENDIAN);
        }
        int pageSize = meta.getInt(PAGE_SIZE);
        boolean known = isMagic(meta.getInt(MAGIC))
                && meta.get(ENCRYPTION) == 0
                && (meta.get(META_FLAGS) & CHECKSUMS) == 0
                && pageSize >= META_SIZE
                && pageSize <= 64 * 1024
                && Integer.bitCount(pageSize) == 1;
        return known ? new BerkeleyFile(file, meta, budget) : null;
    }

    private static boolean isMagic(int magic) {
        return magic == HASH_MAGIC || magic == BTREE_MAGIC;
    }

    /** The byte order of the machine that wrote it; numbers in keys and values have it too. */
    ByteOrder order() {
        return meta.order();
    }

    /** The key's value, in the file's byte order, valid until another is asked for; null when it has none. */
    ByteBuffer value(byte[] key) {
        return meta.getInt(MAGIC) == HASH_MAGIC ? inHash(key) : inTree(key);
    }

    private ByteBuffer inHash(byte[] key) {
        if (meta.getInt(VERSION) < HASH_VERSION || hash(CHECK_KEY) != meta.getInt(CHECK_HASH)) {
            return null;
        }
        int bucket = hash(key) & meta.getInt(HIGH_MASK);
        if (Integer.compareUnsigned(bucket, meta.getInt(MAX_BUCKET)) > 0) {
            bucket &= meta.getInt(LOW_MASK);
        }
        // Buckets double in number; each doubling has one run of pages, whose distance its spare tells.
        int doubling = bucket == 0 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(bucket);
        long number = doubling >= SPARES_COUNT ? 0 : (bucket + meta.getInt(SPARES + 4 * doubling)) & 0xFFFFFFFFL;
        while (number != 0) {
            if (!read(number, page) || (page.get(TYPE) != HASH_PAGE && page.get(TYPE) != UNSORTED_HASH_PAGE)) {
                return null;
            }
            // Items lie from the page's end downwards; keys and values take turns.
            for (int item = 0; item + 1 < entries(page); item += 2) {
                budget.spend(ITEM);
                if (hashItemIs(item, key)) {
                    return hashItem(item + 1);
                }
            }
            number = page.getInt(NEXT_PAGE) & 0xFFFFFFFFL;
        }
        return null;
    }

    /** Fowler, Noll and Vo's; __ham_func5. */
    private static int hash(byte[] key) {
        int hash = 0;
        for (byte one : key) {
            hash = hash * 16777619 ^ (one & 0xFF);
        }
        return hash;
    }

    /** Whether the item is that key; one on pages of its own is only read where its length is the key's. */
    private boolean hashItemIs(int item, byte[] key) {
        int start = offset(page, item);
        boolean other = page.get(start) == HASH_OVERFLOW && page.getInt(start + 8) != key.length;
        return !other && isKey(hashItem(item), key);
    }

    private ByteBuffer hashItem(int item) {
        int start = offset(page, item);
        int end = item == 0 ? pageSize : offset(page, item - 1);
        int type = page.get(start);
        if (type == HASH_OVERFLOW) {
            return overflow(page.getInt(start + 4) & 0xFFFFFFFFL, page.getInt(start + 8));
        }
        return type == HASH_INLINE ? inPage(start + 1, end - start - 1) : null;
    }

    private ByteBuffer inTree(byte[] key) {
        long number = meta.getInt(ROOT) & 0xFFFFFFFFL;
        for (int depth = 0; depth < DEPTH_LIMIT; depth++) {
            if (!read(number, page)) {
                return null;
            }
            if (page.get(TYPE) == LEAF_PAGE) {
                return inLeaf(key);
            }
            if (page.get(TYPE) != INTERNAL_PAGE || entries(page) == 0) {
                return null;
            }
            number = page.getInt(offset(page, child(key)) + 4) & 0xFFFFFFFFL;
        }
        return null;
    }

    /** The last entry whose key is not above the wanted one; the first one's key stands for all below. */
    private int child(byte[] key) {
        int low = 0;
        int high = entries(page) - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            int start = offset(page, middle);
            ByteBuffer separator = (page.get(start + 2) & BTREE_TYPE) == BTREE_OVERFLOW
                    ? overflow(
                            page.getInt(start + INTERNAL_DATA + 4) & 0xFFFFFFFFL,
                            page.getInt(start + INTERNAL_DATA + 8))
                    : inPage(start + INTERNAL_DATA, page.getShort(start) & 0xFFFF);
            if (separator != null && compare(separator, key) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private ByteBuffer inLeaf(byte[] key) {
        for (int item = 0; item + 1 < entries(page); item += 2) {
            budget.spend(ITEM);
            int start = offset(page, item);
            boolean other = page.get(start + 2) == BTREE_OVERFLOW && page.getInt(start + 8) != key.length;
            if (!other && isKey(leafItem(item), key)) {
                return leafItem(item + 1);
            }
        }
        return null;
    }

    private ByteBuffer leafItem(int item) {
        int start = offset(page, item);
        return switch (page.get(start + 2)) {
            case BTREE_INLINE -> inPage(start + 3, page.getShort(start) & 0xFFFF);
            case BTREE_OVERFLOW -> overflow(page.getInt(start + 4) & 0xFFFFFFFFL, page.getInt(start + 8));
            default -> null;
        };
    }

    /** What no page can hold: its pieces on a chain of pages. */
    private ByteBuffer overflow(long first, int length) {
        if (length < 0) {
            return null;
        }
        byte[] bytes = value.of(length, file.size());
        int filled = 0;
        long number = first;
        while (filled < length && number != 0) {
            boolean isPiece = read(number, piece) && piece.get(TYPE) == OVERFLOW_PAGE;
            int count = isPiece ? Math.min(piece.getShort(OVERFLOW_LENGTH) & 0xFFFF, length - filled) : 0;
            if (count == 0) {
                return null;
            }
            piece.get(INDEX, bytes, filled, count);
            filled += count;
            number = piece.getInt(NEXT_PAGE) & 0xFFFFFFFFL;
        }
        return filled < length
                ? null
                : ByteBuffer.wrap(bytes, 0, length).slice().order(meta.order());
    }

    private boolean read(long number, ByteBuffer into) {
        return file.fill(number * pageSize, into);
    }

    private ByteBuffer inPage(int start, int length) {
        return page.slice(start, length).order(meta.order());
    }

    private boolean isKey(ByteBuffer item, byte[] key) {
        return item != null && item.limit() == key.length && compare(item, key) == 0;
    }

    private int compare(ByteBuffer item, byte[] key) {
        int start = item.arrayOffset();
        budget.spend(key.length);
        return Arrays.compareUnsigned(item.array(), start, start + item.limit(), key, 0, key.length);
    }

    private static int entries(ByteBuffer page) {
        return page.getShort(ENTRIES) & 0xFFFF;
    }

    private static int offset(ByteBuffer page, int item) {
        return page.getShort(INDEX + 2 * item) & 0xFFFF;
    }
}
