package dev.imdsanalyzer.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A log file that holds whole lines only: what could be written just in part is cut off again, and a part that an earlier
 * run left at the end gets a line end of its own. One thread.
 *
 * <p>Mode 0640: command lines are not for everybody, and a log shipper can be put into the group.
 */
final class EventFile extends OutputStream {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final Object identity;
    /** False for devices and pipes, which have no length and lose nothing halfway. */
    private final boolean regular;

    private long committedBytes;
    private boolean failed;

    /** @param identity null for what has no path */
    private EventFile(Path path, FileChannel channel, Object identity, boolean regular) throws IOException {
        this.path = path;
        this.channel = channel;
        this.identity = identity;
        this.regular = regular;
        this.committedBytes = regular ? channel.size() : 0;
    }

    static EventFile standardOutput() throws IOException {
        FileChannel channel = new FileOutputStream(FileDescriptor.out).getChannel();
        return new EventFile(Path.of("standard output"), channel, null, false);
    }

    static EventFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(MODE));
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            EventFile file = new EventFile(path, channel, attributes.fileKey(), attributes.isRegularFile());
            file.endPartialLine();
            return file;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void endPartialLine() throws IOException {
        if (!regular || committedBytes == 0) {
            return;
        }
        ByteBuffer last = ByteBuffer.allocate(1);
        try (FileChannel reader = FileChannel.open(path, StandardOpenOption.READ)) {
            reader.read(last, committedBytes - 1);
        }
        if (last.get(0) != '\n') {
            write('\n');
            flush();
        }
    }

    /** Whether the path still leads to this file: not if it was deleted, or another put in its place. */
    boolean isInPlace() {
        if (identity == null) {
            return true;
        }
        try {
            return identity.equals(
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > buffer.remaining()) {
            drain(buffer.flip());
            buffer.clear();
        }
        if (length > buffer.capacity()) {
            drain(ByteBuffer.wrap(bytes, offset, length));
        } else {
            buffer.put(bytes, offset, length);
        }
    }

    /** Hands everything to the kernel; from here on a failure does not touch it. */
    @Override
    public void flush() throws IOException {
        drain(buffer.flip());
        buffer.clear();
        if (regular) {
            committedBytes = channel.size();
        }
    }

    private void drain(ByteBuffer bytes) throws IOException {
        if (failed) {
            throw new IOException("an earlier write to " + path + " failed");
        }
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            failed = true;
            cutBack();
            throw e;
        }
    }

    private void cutBack() {
        try {
            if (regular) {
                channel.truncate(committedBytes);
            }
        } catch (IOException e) {
            // Then the next opening ends the part of a line that stays.
            failed = true;
        }
    }

    /** What was not flushed is given up. */
    @Override
    public void close() throws IOException {
        if (identity != null) {
            channel.close();
        }
    }
}
