package dev.imdsanalyzer.report.input;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/** One file, a pipe, or standard input; unpacked while it is read if it is gzip, whatever its name. */
final class LogSource {
    private static final int GZIP_BUFFER = 64 * 1024;
    private static final int GZIP_MAGIC = 0x1f8b;

    private final String name;
    private final Path file;
    private final boolean once;
    private InputStream stream;

    private LogSource(String name, Path file, InputStream stream, boolean once) {
        this.name = name;
        this.file = file;
        this.stream = stream;
        this.once = once;
    }

    static LogSource of(Path file) {
        return new LogSource(file.toString(), file, null, false);
    }

    /** A stream that can be read once; the caller keeps it and closes it. */
    static LogSource of(String name, InputStream stream) {
        return new LogSource(name, null, stream, true);
    }

    /** A pipe or device: opened when its head is asked for, and then read as a stream is. */
    static LogSource once(Path pipe) {
        return new LogSource(pipe.toString(), pipe, null, true);
    }

    String name() {
        return name;
    }

    /** Bytes on disk; 0 for a stream. */
    long size() {
        try {
            return once ? 0 : Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Opens it from its start; {@code progress} is told of the bytes read before unpacking. */
    InputStream open(LongConsumer progress) throws IOException {
        if (once) {
            return stream;
        }
        return unpack(new CountingStream(Files.newInputStream(file), progress));
    }

    /** The first bytes, unpacked, fewer only where the input is shorter or damaged. */
    byte[] head(int length) throws IOException {
        if (!once) {
            try (InputStream opened = open(count -> {})) {
                return readLeniently(opened, length);
            }
        }
        if (stream == null) {
            stream = Files.newInputStream(file);
        }
        InputStream unpacked = unpack(stream);
        byte[] head = readLeniently(unpacked, length);
        stream = new SequenceInputStream(new ByteArrayInputStream(head), unpacked);
        return head;
    }

    private static byte[] readLeniently(InputStream in, int length) {
        byte[] head = new byte[length];
        int filled = 0;
        try {
            while (filled < length) {
                int count = in.read(head, filled, length - filled);
                if (count < 0) {
                    break;
                }
                filled += count;
            }
        } catch (IOException e) {
            // A damaged file is reported when it is read in earnest.
        }
        return Arrays.copyOf(head, filled);
    }

    private static InputStream unpack(InputStream raw) throws IOException {
        InputStream in = raw.markSupported() ? raw : new BufferedInputStream(raw, GZIP_BUFFER);
        in.mark(2);
        int magic = in.read() << 8 | in.read();
        in.reset();
        return magic == GZIP_MAGIC ? new GZIPInputStream(in, GZIP_BUFFER) : in;
    }

    private static final class CountingStream extends FilterInputStream {
        private final LongConsumer progress;

        CountingStream(InputStream in, LongConsumer progress) {
            super(in);
            this.progress = progress;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            if (value >= 0) {
                progress.accept(1);
            }
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count > 0) {
                progress.accept(count);
            }
            return count;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
