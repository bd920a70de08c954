package dev.imdsanalyzer.output.file;

import ch.qos.logback.core.rolling.RollingFileAppender;
import dev.imdsanalyzer.output.line.JsonLineEncoder;
import dev.imdsanalyzer.output.line.Line;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;

/**
 * Logback's file appender, which here never hides a failure: Logback's own streams go on as if nothing had happened and
 * lose an unknown number of lines. After a failure this one is not started any more, {@link #committed} tells how many
 * lines are safe, and whoever uses it makes another. One thread.
 */
public final class EventAppender extends RollingFileAppender<Line> {
    /** Name that stands for standard output. */
    static final String STANDARD_OUTPUT = "-";

    private EventFile file;
    private IOException failure;
    private final LineBytes encoded = new LineBytes();
    private final IdentityHashMap<Line, Exception> unencodable = new IdentityHashMap<>();
    private long appended;
    private long committed;

    EventAppender() {
        setImmediateFlush(false);
    }

    @Override
    public void openFile(String name) throws IOException {
        try {
            EventFile opened = name.equals(STANDARD_OUTPUT) ? EventFile.standardOutput() : openPath(name);
            setOutputStream(opened);
            file = opened;
        } catch (IOException e) {
            fail(e);
            throw e;
        }
    }

    private static EventFile openPath(String name) throws IOException {
        Path path = Path.of(name).toAbsolutePath();
        // A link to a folder is no folder to createDirectories, though as good as one.
        if (!Files.isDirectory(path.getParent())) {
            Files.createDirectories(path.getParent());
        }
        return EventFile.open(path);
    }

    /** Encodes first: only then is it known whether the line fits into the file. */
    @Override
    protected void subAppend(Line line) {
        encode(line);
        super.subAppend(line);
        if (isStarted()) {
            appended++;
        }
    }

    /** A line that cannot be written must cost no other line. */
    private void encode(Line line) {
        encoded.reset();
        try {
            if (getEncoder() instanceof JsonLineEncoder json) {
                json.encode(line, encoded);
            } else {
                encoded.writeBytes(getEncoder().encode(line));
            }
        } catch (IOException | RuntimeException e) {
            addError("a line could not be encoded", e);
            unencodable.put(line, e);
            encoded.reset();
        }
    }

    @Override
    protected void writeOut(Line line) throws IOException {
        try {
            encoded.writeTo(getOutputStream());
        } catch (IOException e) {
            // Logback only stops the appender.
            fail(e);
            throw e;
        }
    }

    /** Whether the file stays within so many bytes with the line that is to be written next; an empty one takes any. */
    boolean hasRoomWithin(long maxBytes) {
        return file == null || file.lengthBytes() == 0 || file.lengthBytes() + encoded.size() <= maxBytes;
    }

    /** The lines among those appended since the last time that this was asked that have no text, and the fault of ours. */
    public IdentityHashMap<Line, Exception> takeUnencodable() {
        IdentityHashMap<Line, Exception> taken = new IdentityHashMap<>(unencodable);
        unencodable.clear();
        return taken;
    }

    /** Before a file is left for the next one, too. */
    @Override
    protected void closeOutputStream() {
        if (getOutputStream() != null) {
            commit();
        }
        super.closeOutputStream();
    }

    /** Leaves the encoder as it is, which the next appender has too: Logback's own stops it. */
    @Override
    public void stop() {
        setEncoder(null);
        super.stop();
    }

    /** Hands all appended lines to the kernel; true if that worked. */
    public boolean commit() {
        if (failure != null || !isStarted()) {
            return false;
        }
        try {
            getOutputStream().flush();
            committed = appended;
            return true;
        } catch (IOException e) {
            fail(e);
            return false;
        }
    }

    private void fail(IOException e) {
        failure = e;
        started = false;
        addError("writing failed", e);
    }

    /** Why it is not started any more; null if nothing went wrong. */
    public IOException failure() {
        return failure;
    }

    /** {@link #failure} in the kernel's words, where it has some. */
    public String reason() {
        String words = failure instanceof FileSystemException refused
                ? refused.getReason()
                : failure == null ? null : failure.getMessage();
        return words == null ? String.valueOf(failure) : words;
    }

    /** Number of lines that no failure can touch any more. */
    public long committed() {
        return committed;
    }

    /** Whether the file that it writes is still the one of its name. */
    public boolean isInPlace() {
        return file != null && file.isInPlace();
    }

    /** Gives up the file without a word; {@link #stop} does nothing after a failure. */
    public void discard() {
        stop();
        try {
            if (getOutputStream() != null) {
                getOutputStream().close();
            }
        } catch (IOException e) {
            addWarn("closing failed", e);
        }
    }
}
