package dev.imdsanalyzer.packet;

import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.List;

/** A decoder, what it found and what it counted. */
final class DecoderFixture {
    /** Stands before and after each frame, so that a read outside of it shows. */
    private static final int POISON_LENGTH = 64;

    final RecordingHandler handler = new RecordingHandler();
    final Counters counters = new Counters();
    final PacketDecoder decoder = new PacketDecoder(handler, counters);
    final Frame frame = new Frame();
    long nowNanos = 1_000_000_000_000_000_000L;

    void feed(int linkType, byte[] bytes) {
        feed(linkType, bytes, bytes.length);
    }

    void feed(int linkType, byte[] bytes, int originalLength) {
        byte[] poisoned = new byte[bytes.length + 2 * POISON_LENGTH];
        java.util.Arrays.fill(poisoned, (byte) 0x45);
        System.arraycopy(bytes, 0, poisoned, POISON_LENGTH, bytes.length);
        nowNanos += 1_000_000;
        decoder.onFrame(frame.wrap(nowNanos, linkType, poisoned, POISON_LENGTH, bytes.length, originalLength));
    }

    List<String> payloads() {
        return handler.segments.stream().map(RecordingHandler.Seen::payload).toList();
    }

    long count(Counter counter) {
        return counters.get(counter);
    }
}
