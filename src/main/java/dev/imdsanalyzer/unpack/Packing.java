package dev.imdsanalyzer.unpack;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/** A compression that can be undone, known by its first bytes. Several members, one behind the other, are one content. */
enum Packing {
    /** RFC 1952, section 2.3.1. */
    GZIP("gzip", 0x1f, 0x8b) {
        @Override
        InputStream open(PackedStream in) throws IOException {
            return new GzipMembers(in);
        }
    },
    /** "BZh" and the size of a block. */
    BZIP2("bzip2", 'B', 'Z', 'h') {
        @Override
        InputStream open(PackedStream in) throws IOException {
            return new BZip2CompressorInputStream(in, true);
        }
    },
    /** The .xz File Format, section 2.1.1.1. */
    XZ("xz", 0xfd, '7', 'z', 'X', 'Z', 0) {
        @Override
        InputStream open(PackedStream in) throws IOException {
            return new XZInputStream(in, MAXIMUM_MEMORY_KIB);
        }
    },
    /** RFC 8878, section 3.1.1. */
    ZSTD("zstd", 0x28, 0xb5, 0x2f, 0xfd) {
        @Override
        InputStream open(PackedStream in) throws IOException {
            return new ZstdInputStream(new ZstdFrames(in));
        }
    },
    /** Begins with a frame that bears nothing, as pzstd writes them; RFC 8878, section 3.1.2. */
    ZSTD_SKIPPABLE("zstd", 0x50, 0x2a, 0x4d, 0x18) {
        @Override
        InputStream open(PackedStream in) throws IOException {
            return ZSTD.open(in);
        }
    };

    /** The longest magic number. */
    static final int HEAD_LENGTH = 6;
    /** What xz -9 wants is 65 MiB. */
    private static final int MAXIMUM_MEMORY_KIB = 72 * 1024;

    private final String title;
    /** A byte a character. */
    private final String magic;

    Packing(String title, int... magic) {
        this.title = title;
        this.magic = new String(magic, 0, magic.length);
    }

    /** The program's name, and the form's. */
    String title() {
        return title;
    }

    /** Undoes it; what is damaged fails with any exception, now or while it is read. */
    abstract InputStream open(PackedStream in) throws IOException;

    /** The packing that data with these first bytes has; null if none. */
    static @Nullable Packing of(byte[] head, int length) {
        for (Packing packing : values()) {
            if (packing.matches(head, length)) {
                return packing;
            }
        }
        return null;
    }

    private boolean matches(byte[] head, int length) {
        // The bits of a skippable frame's lowest byte that may be any.
        int free = this == ZSTD_SKIPPABLE ? 0x0f : 0;
        for (int i = 0; i < magic.length(); i++) {
            if (i >= length || ((head[i] & 0xff) & ~free) != magic.charAt(i)) {
                return false;
            }
            free = 0;
        }
        return this != BZIP2 || (length > 3 && head[3] >= '1' && head[3] <= '9');
    }

    /** What to say of a failure. */
    UnpackException explain(Exception failure) {
        if (failure instanceof UnpackException known) {
            return known;
        }
        if (failure instanceof MemoryLimitException) {
            return new UnpackException(
                    "packed by " + title + " so that it wants more memory than is given for it: unpack it with \""
                            + title + " -dc\" first",
                    failure);
        }
        boolean cut = failure instanceof EOFException || isEnd(failure.getMessage());
        return new UnpackException(cut ? "cut short" : "not valid " + title + " from some point on", failure);
    }

    // What bzip2's and zstd's readers say in place of an exception of its own.
    private static boolean isEnd(@Nullable String message) {
        return message != null
                && (message.equals("Unexpected end of stream") || message.equals("Not enough input bytes"));
    }
}
