package dev.imdsanalyzer.process.packages;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A SQLite 3 database, read as a file: tables by row number and indexes by a text, as far as rpm's database needs them.
 * What only stands in a write-ahead log is not seen. Source: "Database File Format" of sqlite.org, sections 1.3 to 2.3.
 *
 * <p>Malformed files make the methods throw {@link IndexOutOfBoundsException}, {@link java.nio.BufferUnderflowException}
 * or answer nothing; every step is paid for from the budget.
 */
final class SqliteFile {
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 100;
    private static final int INTERIOR_INDEX = 2;
    private static final int INTERIOR_TABLE = 5;
    private static final int LEAF_INDEX = 10;
    private static final int LEAF_TABLE = 13;
    private static final int DEPTH_LIMIT = 20;
    /** The longest key, or row of the schema: rpm's keys are names of files, its schema's rows a statement each. */
    private static final int KEY_LIMIT = 16 * 1024;

    private static final int MATCHES_LIMIT = 4096;

    /** The format allows no less of a page, section 1.3.4. */
    private static final int USABLE_LEAST = 480;

    /** What one entry of a page costs, in bytes gone through. */
    private static final int CELL = 16;

    /** One page: its bytes, and where its own header starts in them. */
    private record Page(ByteBuffer bytes, int header) {
        int type() {
            return bytes.get(header);
        }

        int cells() {
            return bytes.getShort(header + 3) & 0xFFFF;
        }

        boolean interior() {
            return type() == INTERIOR_INDEX || type() == INTERIOR_TABLE;
        }

        int cell(int index) {
            return bytes.getShort(header + (interior() ? 12 : 8) + 2 * index) & 0xFFFF;
        }

        int rightMost() {
            return bytes.getInt(header + 8);
        }

        /** Its bytes from there on. */
        ByteBuffer at(int place) {
            return bytes.duplicate().position(place);
        }
    }

    private final DatabaseFile file;
    private final int pageSize;
    private final int usable;
    private final LookupBudget budget;
    /** A page for each level of a tree, made when the first is read. */
    private final byte[][] pages = new byte[DEPTH_LIMIT + 1][];

    private final byte[] overflow;
    private final BlobBuffer payload = new BlobBuffer();
    private int payloadLength;

    private SqliteFile(DatabaseFile file, int pageSize, int usable, LookupBudget budget) {
        this.file = file;
        this.pageSize = pageSize;
        this.usable = usable;
        this.budget = budget;
        this.overflow = new byte[pageSize];
    }

    /** Reads the file's header; null when it is no such file. The file stays the caller's to close. */
    static SqliteFile open(DatabaseFile file, LookupBudget budget) {
        byte[] header = new byte[HEADER];
        if (!file.fill(0, header, HEADER) || !Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return null;
        }
        int size = (header[16] & 0xFF) << 8 | (header[17] & 0xFF);
        int pageSize = size == 1 ? 65_536 : size;
        int usable = pageSize - (header[20] & 0xFF);
        return usable < USABLE_LEAST || Integer.bitCount(pageSize) != 1
                ? null
                : new SqliteFile(file, pageSize, usable, budget);
    }

    /** The root page of a table or index; 0 when there is none of that name. */
    int rootPage(String name) {
        return rootPage(1, 0, name);
    }

    private int rootPage(int number, int depth, String name) {
        Page page = page(number, depth);
        if (page == null) {
            return 0;
        }
        int found = 0;
        for (int i = 0; i < page.cells() && found == 0; i++) {
            budget.spend(CELL);
            if (page.type() == LEAF_TABLE) {
                SqliteRecord row = tableRow(page, page.cell(i), KEY_LIMIT);
                found = row.isText(1, name) && row.isNumber(3) ? (int) row.number(3) : 0;
            } else if (page.type() == INTERIOR_TABLE) {
                found = rootPage(page.bytes().getInt(page.cell(i)), depth + 1, name);
            }
        }
        return found == 0 && page.type() == INTERIOR_TABLE ? rootPage(page.rightMost(), depth + 1, name) : found;
    }

    /** The row with that number, valid until another is asked for; null when there is none. */
    SqliteRecord row(int rootPage, long number) {
        int at = rootPage;
        for (int depth = 0; depth < DEPTH_LIMIT && at != 0; depth++) {
            Page page = page(at, depth);
            if (page == null) {
                return null;
            }
            if (page.type() == LEAF_TABLE) {
                return rowOf(page, number);
            }
            at = page.type() == INTERIOR_TABLE ? child(page, number) : 0;
        }
        return null;
    }

    private SqliteRecord rowOf(Page leaf, long number) {
        for (int i = 0; i < leaf.cells(); i++) {
            budget.spend(CELL);
            ByteBuffer cell = leaf.at(leaf.cell(i));
            SqliteRecord.varint(cell);
            if (SqliteRecord.varint(cell) == number) {
                return tableRow(leaf, leaf.cell(i), BlobBuffer.LIMIT);
            }
        }
        return null;
    }

    private int child(Page page, long number) {
        for (int i = 0; i < page.cells(); i++) {
            budget.spend(CELL);
            int cell = page.cell(i);
            if (number <= SqliteRecord.varint(page.at(cell + Integer.BYTES))) {
                return page.bytes().getInt(cell);
            }
        }
        return page.rightMost();
    }

    /** Numbers of the rows whose first indexed column is the text; so many of them as are looked at. */
    long[] rowsWith(int indexRootPage, byte[] text) {
        Matches matches = new Matches(text);
        search(indexRootPage, 0, matches);
        return Arrays.copyOf(matches.rows, matches.count);
    }

    /** Rows that have the text. */
    private static final class Matches {
        final byte[] text;
        final long[] rows = new long[MATCHES_LIMIT];
        int count;

        Matches(byte[] text) {
            this.text = text;
        }

        boolean full() {
            return count == rows.length;
        }
    }

    private void search(int number, int depth, Matches matches) {
        Page page = page(number, depth);
        if (page == null || (page.type() != LEAF_INDEX && page.type() != INTERIOR_INDEX)) {
            return;
        }
        for (int i = 0; i < page.cells() && !matches.full(); i++) {
            budget.spend(CELL);
            int cell = page.cell(i);
            SqliteRecord key = indexKey(page, cell + (page.interior() ? Integer.BYTES : 0));
            int order = key.compareFirst(matches.text);
            int last = key.columns() - 1;
            long row = last > 0 && key.isNumber(last) ? key.number(last) : -1;
            // All that is left of this cell is at most equal to it.
            if (page.interior() && order >= 0) {
                search(page.bytes().getInt(cell), depth + 1, matches);
            }
            if (order == 0 && row >= 0 && !matches.full()) {
                matches.rows[matches.count++] = row;
            }
            if (order > 0) {
                return;
            }
        }
        if (page.interior() && !matches.full()) {
            search(page.rightMost(), depth + 1, matches);
        }
    }

    /** Null where there is no such page, or the tree is too deep for one. */
    private Page page(int number, int depth) {
        if (number < 1 || depth > DEPTH_LIMIT) {
            return null;
        }
        if (pages[depth] == null) {
            pages[depth] = new byte[pageSize];
        }
        byte[] bytes = pages[depth];
        return file.fill((number - 1L) * pageSize, bytes, pageSize)
                ? new Page(ByteBuffer.wrap(bytes), number == 1 ? HEADER : 0)
                : null;
    }

    private SqliteRecord tableRow(Page page, int cell, int limit) {
        ByteBuffer bytes = page.at(cell);
        long length = SqliteRecord.varint(bytes);
        SqliteRecord.varint(bytes);
        return SqliteRecord.of(payload(bytes, length, usable - 35, limit), payloadLength);
    }

    private SqliteRecord indexKey(Page page, int cell) {
        ByteBuffer bytes = page.at(cell);
        long length = SqliteRecord.varint(bytes);
        return SqliteRecord.of(payload(bytes, length, (usable - 12) * 64 / 255 - 23, KEY_LIMIT), payloadLength);
    }

    /** The payload, part of which may be on overflow pages; section 1.6. Of no length where it cannot be. */
    private byte[] payload(ByteBuffer cell, long length, int maximum, int limit) {
        if (length > limit) {
            throw DatabaseGivenUpException.tooLong("a row or key");
        }
        payloadLength = 0;
        byte[] bytes = payload.of(Math.max(0, length), file.size());
        int minimum = (usable - 12) * 32 / 255 - 23;
        int local = (int) Math.max(0, length);
        if (length > maximum) {
            int surplus = minimum + (int) ((length - minimum) % (usable - 4));
            local = surplus <= maximum ? surplus : minimum;
        }
        budget.spend(local);
        cell.get(bytes, 0, local);
        int done = local;
        int next = done < length ? cell.getInt() : 0;
        while (done < length && next > 0) {
            if (!file.fill((next - 1L) * pageSize, overflow, pageSize)) {
                return bytes;
            }
            ByteBuffer page = ByteBuffer.wrap(overflow);
            next = page.getInt();
            int count = Math.min(usable - 4, (int) length - done);
            page.get(bytes, done, count);
            done += count;
        }
        payloadLength = done < length ? 0 : done;
        return bytes;
    }
}
