package dev.imdsanalyzer.process.packages;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A SQLite 3 database, read as a file: tables by row number and indexes by a text, as far as rpm's database needs them.
 * What only stands in a write-ahead log is not seen. Source: "Database File Format" of sqlite.org, sections 1.3 to 2.3.
 *
 * <p>Malformed files make the methods throw {@link IndexOutOfBoundsException} or answer nothing; no loop is unbounded.
 */
final class SqliteFile {
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 100;
    private static final int INTERIOR_INDEX = 2;
    private static final int INTERIOR_TABLE = 5;
    private static final int LEAF_INDEX = 10;
    private static final int LEAF_TABLE = 13;
    private static final int DEPTH_LIMIT = 20;
    /** The longest row that is read: the headers of the largest packages have two megabytes. */
    private static final int ROW_LIMIT = 4 << 20;

    /** The longest key, or row of the schema. */
    private static final int KEY_LIMIT = 64 * 1024;

    private static final int MATCHES_LIMIT = 4096;

    /** One look-up needs a few dozen pages; a file whose pages point in circles needs any number. */
    private static final int PAGES_LIMIT = 10_000;

    /** Where the bytes come from. */
    interface Source {
        /** Fills the array from the position; false at the end of the file or on an error. */
        boolean read(long position, byte[] into);
    }

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
    }

    private final Source source;
    private final int pageSize;
    private final int usable;
    private final Deadline deadline;
    private int pagesRead;

    private SqliteFile(Source source, int pageSize, int usable, Deadline deadline) {
        this.source = source;
        this.pageSize = pageSize;
        this.usable = usable;
        this.deadline = deadline;
    }

    /** Reads the file's header; null when it is no such file. */
    static SqliteFile open(Source source, Deadline deadline) {
        byte[] header = new byte[HEADER];
        if (!source.read(0, header)) {
            return null;
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (header[i] != MAGIC[i]) {
                return null;
            }
        }
        int size = (header[16] & 0xFF) << 8 | (header[17] & 0xFF);
        int pageSize = size == 1 ? 65_536 : size;
        int reserved = header[20] & 0xFF;
        return pageSize < 512 || Integer.bitCount(pageSize) != 1
                ? null
                : new SqliteFile(source, pageSize, pageSize - reserved, deadline);
    }

    /** The root page of a table or index; 0 when there is none of that name. */
    int rootPage(String name) {
        return rootPage(1, 0, name);
    }

    private int rootPage(int number, int depth, String name) {
        Page page = page(number);
        if (page == null || depth > DEPTH_LIMIT || deadline.isOver()) {
            return 0;
        }
        int found = 0;
        for (int i = 0; i < page.cells() && found == 0; i++) {
            if (page.type() == LEAF_TABLE) {
                Object[] row = SqliteRecord.parse(tablePayload(page, page.cell(i), KEY_LIMIT));
                boolean wanted = row.length > 3 && name.equals(row[1]);
                found = wanted && row[3] instanceof Long root ? root.intValue() : 0;
            } else if (page.type() == INTERIOR_TABLE) {
                found = rootPage(page.bytes().getInt(page.cell(i)), depth + 1, name);
            }
        }
        return found == 0 && page.type() == INTERIOR_TABLE ? rootPage(page.rightMost(), depth + 1, name) : found;
    }

    /** The columns of the row with that number; null when there is none. */
    Object[] row(int rootPage, long number) {
        int at = rootPage;
        for (int depth = 0; depth < DEPTH_LIMIT; depth++) {
            Page page = page(at);
            if (page == null) {
                return null;
            }
            int next = page.type() == INTERIOR_TABLE ? page.rightMost() : 0;
            for (int i = 0; i < page.cells(); i++) {
                ByteBuffer cell = page.bytes().duplicate();
                cell.position(page.cell(i) + (page.type() == INTERIOR_TABLE ? 4 : 0));
                long first = SqliteRecord.varint(cell);
                if (page.type() == INTERIOR_TABLE && number <= first) {
                    next = page.bytes().getInt(page.cell(i));
                    break;
                }
                if (page.type() == LEAF_TABLE && SqliteRecord.varint(cell) == number) {
                    return SqliteRecord.parse(tablePayload(page, page.cell(i), ROW_LIMIT));
                }
            }
            if (next == 0) {
                return null;
            }
            at = next;
        }
        return null;
    }

    /** Numbers of the rows whose first indexed column is the text. */
    List<Long> rowsWith(int indexRootPage, String text) {
        List<Long> rows = new ArrayList<>();
        search(indexRootPage, 0, text.getBytes(StandardCharsets.UTF_8), rows);
        return rows;
    }

    private void search(int number, int depth, byte[] text, List<Long> rows) {
        Page page = page(number);
        if (page == null
                || depth > DEPTH_LIMIT
                || deadline.isOver()
                || (page.type() != LEAF_INDEX && page.type() != INTERIOR_INDEX)) {
            return;
        }
        for (int i = 0; i < page.cells() && rows.size() < MATCHES_LIMIT; i++) {
            int cell = page.cell(i);
            Object[] key = SqliteRecord.parse(indexPayload(page, cell + (page.interior() ? 4 : 0)));
            int order = SqliteRecord.compare(key, text);
            // All that is left of this cell is at most equal to it.
            if (page.interior() && order >= 0) {
                search(page.bytes().getInt(cell), depth + 1, text, rows);
            }
            if (order == 0 && key[key.length - 1] instanceof Long row) {
                rows.add(row);
            }
            if (order > 0) {
                return;
            }
        }
        if (page.interior()) {
            search(page.rightMost(), depth + 1, text, rows);
        }
    }

    private Page page(int number) {
        byte[] bytes = new byte[pageSize];
        if (number < 1 || ++pagesRead > PAGES_LIMIT || !source.read((number - 1L) * pageSize, bytes)) {
            return null;
        }
        return new Page(ByteBuffer.wrap(bytes), number == 1 ? HEADER : 0);
    }

    private byte[] tablePayload(Page page, int cell, int limit) {
        ByteBuffer bytes = page.bytes().duplicate();
        bytes.position(cell);
        long length = SqliteRecord.varint(bytes);
        SqliteRecord.varint(bytes);
        return payload(bytes, length, usable - 35, limit);
    }

    private byte[] indexPayload(Page page, int cell) {
        ByteBuffer bytes = page.bytes().duplicate();
        bytes.position(cell);
        return payload(bytes, SqliteRecord.varint(bytes), (usable - 12) * 64 / 255 - 23, KEY_LIMIT);
    }

    /** The payload, part of which may be on overflow pages; section 1.6. Empty where it cannot be. */
    private byte[] payload(ByteBuffer cell, long length, int maximum, int limit) {
        if (length < 0 || length > limit) {
            return new byte[0];
        }
        byte[] payload = new byte[(int) length];
        int minimum = (usable - 12) * 32 / 255 - 23;
        int local = (int) length;
        if (length > maximum) {
            int surplus = minimum + (int) ((length - minimum) % (usable - 4));
            local = surplus <= maximum ? surplus : minimum;
        }
        cell.get(payload, 0, local);
        int done = local;
        int next = done < length ? cell.getInt() : 0;
        byte[] overflow = new byte[pageSize];
        while (done < length && next > 0 && !deadline.isOver()) {
            if (!source.read((next - 1L) * pageSize, overflow)) {
                return new byte[0];
            }
            ByteBuffer bytes = ByteBuffer.wrap(overflow);
            next = bytes.getInt();
            int count = Math.min(usable - 4, (int) length - done);
            bytes.get(payload, done, count);
            done += count;
        }
        return done < length ? new byte[0] : payload;
    }
}
