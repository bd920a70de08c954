package dev.imdsanalyzer.process.packages;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A database as rpm's is laid out, put together page by page: "Database File Format" of sqlite.org. */
final class SqliteImage {
    static final int PAGE = 65_536;
    private static final int HEADER = 100;

    private final int pageSize;
    /** Of each page, without what it leaves to others at its end. */
    private final int usable;

    private final List<byte[]> pages = new ArrayList<>(List.of(new byte[0]));

    SqliteImage() {
        this(PAGE, 0);
    }

    SqliteImage(int pageSize, int reserved) {
        this.pageSize = pageSize;
        usable = pageSize - reserved;
    }

    /** The number of the next page. */
    int next() {
        return pages.size() + 1;
    }

    int add(byte[] page) {
        pages.add(page);
        return pages.size();
    }

    /** A leaf with one table row of any length. */
    int table(long rowId, byte[] payload) {
        return add(filled(13, 0, cell(payload, usable - 35, varint(rowId))));
    }

    /** A leaf with one key. */
    int index(byte[] payload) {
        return add(filled(10, 0, cell(payload, (usable - 12) * 64 / 255 - 23, new byte[0])));
    }

    /** The whole file, with a schema that names the three roots. */
    byte[] bytes(int index, int names, int packages) {
        byte[] schema = filled(
                13,
                HEADER,
                schemaRow(1, "index", "Basenames_key_idx", index),
                schemaRow(2, "table", "Basenames", names),
                schemaRow(3, "table", "Packages", packages));
        byte[] magic = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(magic, 0, schema, 0, magic.length);
        schema[16] = (byte) (pageSize >> 8);
        schema[17] = (byte) (pageSize == PAGE ? 1 : 0);
        schema[20] = (byte) (pageSize - usable);
        pages.set(0, schema);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        pages.forEach(file::writeBytes);
        return file.toByteArray();
    }

    private byte[] schemaRow(int number, String type, String name, int root) {
        return cell(record(type, name, name, (long) root, ""), usable, varint(number));
    }

    /** A page of that type with its cells, and no more than that. */
    static byte[] page(int type, int header, byte[]... cells) {
        return new SqliteImage().filled(type, header, cells);
    }

    private byte[] filled(int type, int header, byte[]... cells) {
        ByteBuffer page = ByteBuffer.allocate(pageSize);
        page.put(header, (byte) type);
        page.putShort(header + 3, (short) cells.length);
        int at = usable;
        int pointers = header + (type == 2 || type == 5 ? 12 : 8);
        for (int i = 0; i < cells.length; i++) {
            at -= cells[i].length;
            page.put(at, cells[i]);
            page.putShort(pointers + 2 * i, (short) at);
        }
        return page.array();
    }

    private byte[] cell(byte[] payload, int maximum, byte[] key) {
        ByteArrayOutputStream cell = new ByteArrayOutputStream();
        cell.writeBytes(varint(payload.length));
        cell.writeBytes(key);
        if (payload.length <= maximum) {
            cell.writeBytes(payload);
            return cell.toByteArray();
        }
        int minimum = (usable - 12) * 32 / 255 - 23;
        int surplus = minimum + (payload.length - minimum) % (usable - 4);
        int local = surplus <= maximum ? surplus : minimum;
        cell.write(payload, 0, local);
        cell.writeBytes(ByteBuffer.allocate(4).putInt(next()).array());
        for (int at = local; at < payload.length; at += usable - 4) {
            int length = Math.min(usable - 4, payload.length - at);
            ByteBuffer overflow = ByteBuffer.allocate(pageSize);
            overflow.putInt(at + length < payload.length ? next() + 1 : 0).put(payload, at, length);
            add(overflow.array());
        }
        return cell.toByteArray();
    }

    static byte[] record(Object... values) {
        ByteArrayOutputStream types = new ByteArrayOutputStream();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (Object value : values) {
            if (value instanceof Long number) {
                types.write(6);
                content.writeBytes(ByteBuffer.allocate(8).putLong(number).array());
            } else if (value instanceof String text) {
                types.writeBytes(varint(13 + 2L * text.length()));
                content.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
            } else if (value instanceof byte[] blob) {
                types.writeBytes(varint(12 + 2L * blob.length));
                content.writeBytes(blob);
            } else {
                types.write(0);
            }
        }
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.write(1 + types.size());
        record.writeBytes(types.toByteArray());
        record.writeBytes(content.toByteArray());
        return record.toByteArray();
    }

    static byte[] varint(long value) {
        int length = 1;
        while (value >>> (7 * length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int more = i < length - 1 ? 0x80 : 0;
            bytes[i] = (byte) (more | (value >>> (7 * (length - 1 - i)) & 0x7F));
        }
        return bytes;
    }
}
