package dev.imdsanalyzer.output.file;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
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
 * <p>One process at a time: the file is locked (fcntl(2)) while it is open, and the lock ends with the process. On file
 * systems without locks nobody is kept away.
 *
 * <p>Mode 0640: command lines are not for everybody, and a log shipper can be put into the group.
 */
final class EventFile extends OutputStream {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    /** Null for what was open before us and stays so. */
    private final Object identity;
    /** False for devices and pipes, which have no length and lose nothing halfway. */
    private final boolean regular;

    /** Null where there is none. Held here because whoever collects it would forget the lock. */
    private final FileLock lock;

    /** With what is still in the buffer. */
    private long lengthBytes;
    /** Length before the first byte that was handed over since the last {@link #flush}. */
    private long safeBytes;

    private long handedBytes;
    private boolean failed;

    private EventFile(Path path, FileChannel channel, Object identity, boolean regular) throws IOException {
        this.path = path;
        this.channel = channel;
        this.identity = identity;
        this.regular = regular;
        this.lock = regular && identity != null ? lock(path, channel) : null;
        this.lengthBytes = regular ? channel.size() : 0;
    }

    static EventFile standardOutput() throws IOException {
        return inherited(new FileOutputStream(FileDescriptor.out).getChannel(), STANDARD_OUTPUT);
    }

    /** Whether it leads to a file, which may have room again after it had none. */
    static boolean standardOutputIsRegular() {
        return Files.isRegularFile(STANDARD_OUTPUT);
    }

    /**
     * What somebody else opened, and may write to as well.
     *
     * @param path another way to it, for reading
     */
    static EventFile inherited(FileChannel channel, Path path) throws IOException {
        EventFile file = new EventFile(path, channel, null, Files.isRegularFile(path));
        file.endPartialLine(file.regular && endsInPart(path));
        return file;
    }

    /** @throws FileInUseException if another process has it open in the same way */
    static EventFile open(Path path) throws IOException {
        // Before it is locked: closing any descriptor of a file gives up all locks of the process on it.
        boolean partial = endsInPart(path);
        FileChannel channel = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(MODE));
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            EventFile file = new EventFile(path, channel, attributes.fileKey(), attributes.isRegularFile());
            file.endPartialLine(partial);
            return file;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether another process has it open by {@link #open}; not to be asked of a file of one's own. */
    static boolean isInUse(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            lock(path, channel);
            return false;
        } catch (FileInUseException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static FileLock lock(Path path, FileChannel channel) throws FileInUseException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new FileInUseException(path);
        } catch (IOException e) {
            return null;
        }
        if (lock == null) {
            throw new FileInUseException(path);
        }
        return lock;
    }

    private static boolean endsInPart(Path path) throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) == 0) {
            return false;
        }
        ByteBuffer last = ByteBuffer.allocate(1);
        try (FileChannel reader = FileChannel.open(path, StandardOpenOption.READ)) {
            reader.read(last, reader.size() - 1);
        }
        return last.get(0) != '\n';
    }

    private void endPartialLine(boolean partial) throws IOException {
        if (partial) {
            write('\n');
            flush();
        }
    }

    /** Length in bytes, with what was not handed to the kernel yet; 0 for what is no file. */
    long lengthBytes() {
        return lengthBytes;
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
        lengthBytes += regular ? length : 0;
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
        handedBytes = 0;
    }

    private void drain(ByteBuffer bytes) throws IOException {
        if (failed) {
            throw new IOException("an earlier write to " + path + " failed");
        }
        try {
            if (regular && handedBytes == 0) {
                safeBytes = channel.size();
            }
            while (bytes.hasRemaining()) {
                handedBytes += channel.write(bytes);
            }
        } catch (IOException e) {
            failed = true;
            cutBack();
            throw e;
        }
    }

    /** Where somebody else has written since, the part of a line stays: his lines are not ours to cut. */
    private void cutBack() {
        try {
            if (regular && channel.size() == safeBytes + handedBytes) {
                channel.truncate(safeBytes);
            }
        } catch (IOException e) {
            // Then the next opening ends the part of a line that stays.
            failed = true;
        }
    }

    /** What was not flushed is given up. */
    @Override
    public void close() throws IOException {
        if (identity == null) {
            return;
        }
        if (lock != null) {
            lock.close();
        }
        channel.close();
    }
}
