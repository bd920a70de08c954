package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** Any bytes as a capture file: pcap and pcapng. */
class CaptureFileFuzzTest {
    /** What became of a file: its frames, and what was wrong with it, or null. */
    private record Reading(FrameCollector collector, String failure) {
        static Reading of(InputStream stream) {
            FrameCollector collector = new FrameCollector();
            try {
                collector.readInto(stream);
                return new Reading(collector, null);
            } catch (CaptureException e) {
                return new Reading(collector, e.getMessage());
            }
        }
    }

    /** Only a capture exception comes out; the pieces in which the file arrives make no difference. */
    @FuzzTest
    void readTheSameInOnePieceAndByteByByte(byte[] file) {
        Reading whole = Reading.of(new ByteArrayInputStream(file));
        Reading trickled = Reading.of(new TricklingStream(file));

        assertThat(trickled.collector().frames).isEqualTo(whole.collector().frames);
        assertThat(trickled.failure()).isEqualTo(whole.failure());
        long bytes = whole.collector().frames.stream()
                .mapToLong(frame -> frame.bytes().length())
                .sum();
        assertThat(bytes).isLessThanOrEqualTo(file.length);
        assertThat(whole.collector().frames.size()).isLessThanOrEqualTo(file.length / 16);
        if (whole.failure() != null) {
            assertThat(whole.failure().chars()).noneMatch(Character::isISOControl);
        }
    }
}
