package dev.imdsanalyzer.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a text, and says where it is none. */
final class Utf8File {
    private static final int BYTES_LIMIT = 1 << 20;

    private Utf8File() {}

    /** A byte that is no UTF-8. */
    static final class NotUtf8Exception extends IOException {
        private static final long serialVersionUID = 1L;

        private final int line;
        private final int column;

        private NotUtf8Exception(int line, int column, byte wrong) {
            super(String.format("not UTF-8: the byte 0x%02X; save the file as UTF-8", wrong));
            this.line = line;
            this.column = column;
        }

        /** From 1 on. */
        int line() {
            return line;
        }

        /** From 1 on, in bytes. */
        int column() {
            return column;
        }
    }

    /**
     * The whole text; the file may also be a pipe.
     *
     * @throws NotUtf8Exception for the first byte that is none
     * @throws IOException also where it is longer than a mebibyte
     */
    static String read(Path path) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(BYTES_LIMIT + 1);
        }
        if (bytes.length > BYTES_LIMIT) {
            throw new IOException("it is longer than 1 MiB, so no configuration");
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, text, true);
        if (result.isError()) {
            throw wrong(bytes, in.position());
        }
        return text.flip().toString();
    }

    private static NotUtf8Exception wrong(byte[] bytes, int at) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < at; i++) {
            if (bytes[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new NotUtf8Exception(line, at - lineStart + 1, bytes[at]);
    }
}
