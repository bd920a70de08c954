package dev.imdsanalyzer.process.packages;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A package's header as rpm lays it out. */
final class RpmHeaderImage {
    private final ByteArrayOutputStream index = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private int entries;

    /** One that owns the file {@code /bin/a}. */
    static RpmHeaderImage ofBinA(String name) {
        return new RpmHeaderImage()
                .text(1000, 6, name)
                .text(1001, 6, "1")
                .numbers(1116, 0)
                .text(1117, 8, "a")
                .text(1118, 8, "/bin/");
    }

    RpmHeaderImage text(int tag, int type, String... texts) {
        byte[] bytes = (String.join("\0", texts) + "\0").getBytes(StandardCharsets.US_ASCII);
        return entry(tag, type, texts.length, bytes);
    }

    RpmHeaderImage numbers(int tag, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            bytes.putInt(value);
        }
        return entry(tag, 4, values.length, bytes.array());
    }

    private RpmHeaderImage entry(int tag, int type, int count, byte[] bytes) {
        index.writeBytes(ByteBuffer.allocate(16)
                .putInt(tag)
                .putInt(type)
                .putInt(data.size())
                .putInt(count)
                .array());
        data.writeBytes(bytes);
        entries++;
        return this;
    }

    byte[] bytes() {
        return ByteBuffer.allocate(8 + index.size() + data.size())
                .putInt(entries)
                .putInt(data.size())
                .put(index.toByteArray())
                .put(data.toByteArray())
                .array();
    }
}
