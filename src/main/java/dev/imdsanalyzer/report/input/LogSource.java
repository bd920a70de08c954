package dev.imdsanalyzer.report.input;

import dev.imdsanalyzer.unpack.Unpacking;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** One file, a pipe, or standard input; unpacked and turned into UTF-8 while it is read, whatever its name. */
final class LogSource {
    private final String name;
    private final Path file;
    private final boolean once;
    private InputStream stream;
    private boolean digested;
    private DigestStream stored;
    private boolean damaged;
    private long lines;

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

    /** The file; null for a stream, a pipe or a device. */
    Path file() {
        return once ? null : file;
    }

    /** Digests what it holds, as stored, while it is read in earnest; to be said before anything of it is. */
    void digest() {
        digested = true;
    }

    void addLine() {
        lines++;
    }

    void setDamaged() {
        damaged = true;
    }

    /** What was read, once that is over. */
    StoredInput stored(StoredInput.Kind kind) {
        if (stored == null) {
            return new StoredInput(kind, name, size(), lines, false, null);
        }
        if (!once) {
            try {
                // Whoever failed to unpack it has not closed it.
                stored.close();
            } catch (IOException e) {
                // Then not all of it could be read, and there is no sum.
            }
        }
        return new StoredInput(kind, name, stored.bytes(), lines, !damaged && stored.sha256() != null, stored.sha256());
    }

    /** Bytes on disk; 0 for a stream. */
    long size() {
        try {
            return once ? 0 : Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Whether a file is packed, in a way that is known: such a file is written once. */
    boolean isPacked() throws IOException {
        try (InputStream raw = Files.newInputStream(file)) {
            byte[] head = raw.readNBytes(Unpacking.HEAD_LENGTH);
            return Unpacking.isPacked(head, head.length);
        }
    }

    /** Opens it from its start; {@code progress} is told of the bytes read before unpacking. */
    InputStream open(LongConsumer progress) throws IOException {
        if (once) {
            return stream;
        }
        return open(progress, digested);
    }

    private InputStream open(LongConsumer progress, boolean withDigest) throws IOException {
        InputStream raw = Files.newInputStream(file);
        if (withDigest) {
            stored = new DigestStream(raw, size());
            raw = stored;
        }
        return unpack(new CountingStream(raw, progress));
    }

    /** The first bytes, unpacked, fewer only where the input is shorter or damaged. */
    byte[] head(int length) throws IOException {
        if (!once) {
            try (InputStream opened = open(count -> {}, false)) {
                return readLeniently(opened, length);
            }
        }
        if (stream == null) {
            stream = openPipe();
        }
        if (digested && stored == null) {
            stored = new DigestStream(stream, 0);
            stream = stored;
        }
        InputStream unpacked = unpack(stream);
        ByteArrayOutputStream head = new ByteArrayOutputStream(length);
        InputStream rest = unpacked;
        try {
            if (fill(head, unpacked, length)) {
                // A terminal would be asked a second time, and have to end a second time.
                rest = InputStream.nullInputStream();
            }
        } catch (IOException e) {
            // It comes only once: what went wrong now has to be told when it is read in earnest.
            rest = new FailingStream(e);
        }
        stream = new SequenceInputStream(new ByteArrayInputStream(head.toByteArray()), rest);
        return head.toByteArray();
    }

    // The streams of java.nio.file ask a pipe for its position, which it has not.
    private InputStream openPipe() throws IOException {
        if (!Files.isReadable(file)) {
            throw new AccessDeniedException(file.toString());
        }
        return new FileInputStream(file.toFile());
    }

    private static byte[] readLeniently(InputStream in, int length) {
        ByteArrayOutputStream head = new ByteArrayOutputStream(length);
        try {
            fill(head, in, length);
        } catch (IOException e) {
            // A damaged file is reported when it is read in earnest.
        }
        return head.toByteArray();
    }

    /** Whether the end came before so many bytes. */
    private static boolean fill(ByteArrayOutputStream head, InputStream in, int length) throws IOException {
        byte[] part = new byte[length];
        while (head.size() < length) {
            int count = in.read(part, 0, length - head.size());
            if (count < 0) {
                return true;
            }
            head.write(part, 0, count);
        }
        return false;
    }

    private static InputStream unpack(InputStream raw) throws IOException {
        return Utf8Stream.of(Unpacking.open(raw));
    }

    /** Fails as the stream failed that it stands for. */
    private static final class FailingStream extends InputStream {
        private final IOException failure;

        FailingStream(IOException failure) {
            this.failure = failure;
        }

        @Override
        public int read() throws IOException {
            throw failure;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            throw failure;
        }
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
