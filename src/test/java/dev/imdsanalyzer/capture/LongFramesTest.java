package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LongFramesTest {
    private static final int CUT_LENGTH = 100;

    private final FakeRing ring = new FakeRing();
    private final LongFrames frames = new LongFrames(List.of(ring));

    /** Gives the frames it was given. */
    private static final class FakeRing implements LongFrames.Ring {
        private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
        private int lastLength;

        @Override
        public byte[] next() {
            byte[] frame = queue.poll();
            lastLength = frame == null ? 0 : frame.length;
            return frame;
        }

        @Override
        public int originalLength() {
            return lastLength;
        }

        @Override
        public void close() {}
    }

    private static byte[] frame(int number, int length) {
        byte[] frame = new byte[length];
        Arrays.fill(frame, (byte) number);
        return frame;
    }

    private byte[] wholeOf(byte[] frame) {
        Frame cut = new Frame().wrap(1, LinkType.LINUX_SLL2, frame, 0, CUT_LENGTH, frame.length);
        frames.complete(cut);
        return Arrays.copyOfRange(cut.buffer(), cut.offset(), cut.offset() + cut.capturedLength());
    }

    @Test
    void replacesACutFrameByItsTwin() {
        byte[] one = frame(1, 5000);
        byte[] two = frame(2, 6000);
        ring.queue.add(one);
        ring.queue.add(two);

        assertThat(wholeOf(one)).isEqualTo(one);
        assertThat(wholeOf(two)).isEqualTo(two);
    }

    @Test
    void keepsTheCutFrameWhereItsTwinWasLost() {
        assertThat(wholeOf(frame(1, 5000))).hasSize(CUT_LENGTH);
        assertThat(frames.lost()).isEqualTo(1);
    }

    @Test
    void leavesAFrameAloneThatIsWhole() {
        assertThat(wholeOf(frame(1, CUT_LENGTH))).hasSize(CUT_LENGTH);
        assertThat(frames.lost()).isZero();
    }

    @Test
    void keepsWhatWasCollectedBeforeItsTwinCame() {
        byte[] one = frame(1, 5000);
        ring.queue.add(one);
        frames.collect();
        assertThat(ring.queue).isEmpty();

        assertThat(wholeOf(one)).isEqualTo(one);
    }

    @Test
    void doesNotMistakeAFrameOfAnotherLengthForTheTwin() {
        ring.queue.add(frame(1, 4000));

        assertThat(wholeOf(frame(1, 5000))).hasSize(CUT_LENGTH);
    }

    @Test
    void findsTwinsThatComeInAnotherOrder() {
        byte[] one = frame(1, 5000);
        byte[] two = frame(2, 5000);
        ring.queue.add(two);
        ring.queue.add(one);

        assertThat(wholeOf(one)).isEqualTo(one);
        assertThat(wholeOf(two)).isEqualTo(two);
    }

    @Test
    void keepsOnlyTheNewestFramesWhoseTwinsNeverCame() {
        int length = 5000;
        int count = LongFrames.MAX_WAITING_BYTES / length;
        for (int number = 0; number <= count; number++) {
            ring.queue.add(numbered(number, length));
        }
        frames.collect();

        assertThat(wholeOf(numbered(0, length))).hasSize(CUT_LENGTH);
        assertThat(wholeOf(numbered(1, length))).hasSize(length);
        assertThat(wholeOf(numbered(count, length))).hasSize(length);
        assertThat(frames.lost()).isEqualTo(1);
    }

    private static byte[] numbered(int number, int length) {
        byte[] frame = frame(1, length);
        frame[0] = (byte) number;
        frame[1] = (byte) (number >>> 8);
        return frame;
    }
}
