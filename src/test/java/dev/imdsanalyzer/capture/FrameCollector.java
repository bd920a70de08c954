package dev.imdsanalyzer.capture;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Keeps copies of frames, since the frame itself is used again. */
class FrameCollector implements FrameHandler {
    /** One frame as values. */
    record Seen(long timestampNanos, int linkType, String bytes, int originalLength) {}

    final List<Seen> frames = new ArrayList<>();

    @Override
    public void onFrame(Frame frame) {
        frames.add(new Seen(
                frame.timestampNanos(),
                frame.linkType(),
                new String(frame.buffer(), frame.offset(), frame.capturedLength(), StandardCharsets.ISO_8859_1),
                frame.originalLength()));
    }

    @Override
    public void onIdle(long nowNanos) {
        throw new AssertionError("files have no idle time");
    }

    List<String> bytes() {
        return frames.stream().map(Seen::bytes).toList();
    }

    /** Has each frame of a stream looked at. */
    static void read(InputStream stream, Consumer<Frame> taker) throws CaptureException {
        new FrameCollector() {
            @Override
            public void onFrame(Frame frame) {
                taker.accept(frame);
            }
        }.readInto(stream);
    }

    /** Reads a whole stream. */
    static FrameCollector read(InputStream stream) throws CaptureException {
        FrameCollector collector = new FrameCollector();
        collector.readInto(stream);
        return collector;
    }

    void readInto(InputStream stream) throws CaptureException {
        try (FileSource source = FileSource.of(stream, "test.pcap")) {
            source.run(this);
        }
    }
}
