package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.capture.FileSource;
import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.LinkType;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.AllocatedBytes;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;

/**
 * All stages, from the bytes of a capture to the lines of the log. The input is a capture file; where it is none, a row
 * of frames: a byte that chooses the link type, a byte of tenths of a second that passed, two bytes of length, the frame.
 */
class PipelineFuzzTest {
    private static final int[] LINK_TYPES = {LinkType.ETHERNET, LinkType.LINUX_SLL2, LinkType.LINUX_SLL, LinkType.RAW};
    private static final long EPOCH_NANOS = 1_800_000_000_000_000_000L;
    /** What the stages and their tables cost before the first frame, generously; then so much for a byte of input. */
    private static final long FIXED_BYTES = 16L << 20;

    private static final long BYTES_PER_BYTE = 2_000;

    /** Every line keeps its promises; no stage throws; memory, and with it copying, grows with the input at most. */
    @FuzzTest
    void makeLinesOfAnything(byte[] input) {
        long bound = FIXED_BYTES + BYTES_PER_BYTE * input.length;
        long allocated = run(input);
        // The first run of all loads classes.
        assertThat(allocated < bound ? allocated : run(input)).isLessThan(bound);
    }

    /** What the stages allocated. */
    private static long run(byte[] input) {
        long before = AllocatedBytes.ofThisThread();
        LinePipeline pipeline = new LinePipeline();
        readFile(input, pipeline);
        if (pipeline.counters.get(Counter.FRAMES) == 0) {
            readFrames(input, pipeline);
        }
        long allocated = AllocatedBytes.ofThisThread() - before;
        assertThat(pipeline.lines().size()).isLessThanOrEqualTo(input.length / 4);
        return allocated;
    }

    private static void readFile(byte[] input, LinePipeline pipeline) {
        try (FileSource source = FileSource.of(new ByteArrayInputStream(input), "input")) {
            source.run(pipeline);
        } catch (CaptureException e) {
            // What stands before the damage was handed on.
            assertThat(e.kind()).isEqualTo(CaptureException.Kind.BAD_DATA);
        }
    }

    private static void readFrames(byte[] input, LinePipeline pipeline) {
        ByteBuffer rows = ByteBuffer.wrap(input);
        Frame frame = new Frame();
        long now = EPOCH_NANOS;
        while (rows.remaining() > 4) {
            int linkType = LINK_TYPES[(rows.get() & 0xff) % LINK_TYPES.length];
            now += (rows.get() & 0xff) * 100_000_000L;
            int length = Math.min(rows.getShort() & 0xffff, rows.remaining());
            pipeline.onFrame(frame.wrap(now, linkType, input, rows.position(), length, length));
            rows.position(rows.position() + length);
        }
    }
}
