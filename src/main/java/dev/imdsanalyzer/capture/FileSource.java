package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.capture.CaptureException.Kind;
import dev.imdsanalyzer.unpack.ForeignForm;
import dev.imdsanalyzer.unpack.UnpackException;
import dev.imdsanalyzer.unpack.Unpacking;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Frames from a capture file or a stream of that form: pcap or pcapng, told apart by their first bytes, also packed by
 * gzip, bzip2, xz or zstd.
 *
 * <p>Reads through one buffer of fixed size and needs no libpcap. {@link #run} can be called once.
 */
public final class FileSource implements FrameSource {
    private final CaptureInput input;
    private volatile long received;
    private volatile boolean stopped;

    private FileSource(ReadableByteChannel channel, String name) {
        this.input = new CaptureInput(channel, name);
    }

    /**
     * Opens a file; what it contains is looked at by {@link #run}.
     *
     * @throws CaptureException NO_INPUT where there is none or it is a directory; NO_PERMISSION
     */
    public static FileSource open(Path file) throws CaptureException {
        if (Files.isDirectory(file)) {
            throw new CaptureException(Kind.NO_INPUT, file + " is a directory: name the capture files in it");
        }
        try {
            return new FileSource(FileChannel.open(file, StandardOpenOption.READ), file.toString());
        } catch (NoSuchFileException e) {
            throw new CaptureException(Kind.NO_INPUT, file + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new CaptureException(
                    Kind.NO_PERMISSION, file + " may not be read: give this user the permission, or run as root", e);
        } catch (IOException e) {
            throw new CaptureException(Kind.NO_INPUT, "cannot open " + file + ": " + e.getMessage(), e);
        }
    }

    /** Reads the process's standard input; {@link #stop} ends a read that waits for a writer. */
    @SuppressWarnings("resource") // Closing the channel closes the stream.
    public static FileSource standardInput() {
        return new FileSource(new FileInputStream(FileDescriptor.in).getChannel(), "standard input");
    }

    /**
     * Reads from a stream, which {@link #close} closes. A read that waits for a writer is not ended by {@link #stop}
     * unless the stream itself ends it when closed.
     *
     * @param name what to call it in messages
     */
    public static FileSource of(InputStream stream, String name) {
        return new FileSource(Channels.newChannel(stream), name);
    }

    @Override
    public void run(FrameHandler handler) throws CaptureException {
        try {
            FrameReader reader = reader();
            Frame frame = new Frame();
            long frames = 0;
            while (!stopped && reader.next(frame)) {
                received = ++frames;
                handler.onFrame(frame);
            }
        } catch (CaptureException e) {
            // The channel was closed under a waiting read: no fault of the input.
            if (!stopped) {
                throw e;
            }
        }
    }

    private FrameReader reader() throws CaptureException {
        int available = input.require(Unpacking.HEAD_LENGTH);
        byte[] head = Arrays.copyOfRange(input.buffer(), input.position(), input.position() + available);
        return Unpacking.isPacked(head, available) ? packedReader() : reader(input);
    }

    @SuppressWarnings("resource") // Closing the input closes what all the layers read from.
    private FrameReader packedReader() throws CaptureException {
        try {
            return reader(new CaptureInput(Channels.newChannel(Unpacking.open(input.rest())), input.name()));
        } catch (UnpackException e) {
            throw new CaptureException(Kind.BAD_DATA, input.name() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CaptureException(Kind.UNAVAILABLE, "cannot read " + input.name() + ": " + e.getMessage(), e);
        }
    }

    private static FrameReader reader(CaptureInput content) throws CaptureException {
        int available = content.require(Integer.BYTES);
        if (available == 0) {
            throw new CaptureException(Kind.BAD_DATA, content.name() + " is empty");
        }
        if (available == Integer.BYTES) {
            int magic = content.int32(content.position());
            if (PcapReader.isMagic(magic)) {
                return PcapReader.open(content);
            }
            if (magic == PcapngReader.SECTION_HEADER) {
                return new PcapngReader(content);
            }
        }
        throw new CaptureException(Kind.BAD_DATA, content.name() + " is " + otherForm(content));
    }

    private static String otherForm(CaptureInput content) throws CaptureException {
        int available = content.require(ForeignForm.HEAD_LENGTH);
        int from = content.position();
        ForeignForm form = ForeignForm.of(content.buffer(), from, from + available);
        if (form != null) {
            return form.sentence();
        }
        if (content.uint8(from) == '{' || content.uint8(from) == '[') {
            return "JSON and no capture: imds-packet-analyzer report reads the analyzer's own logs";
        }
        return "no capture file: pcap and pcapng can be read, as tcpdump -w writes";
    }

    @Override
    public void stop() {
        stopped = true;
        close();
    }

    @Override
    public CaptureStatistics statistics() {
        return new CaptureStatistics(received, 0, 0, 0);
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            // Nothing was written, so nothing is lost.
        }
    }
}
