package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.kernel.packet.BlockMemory;
import dev.imdsanalyzer.kernel.packet.BlockShape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

@LinuxOnly("packet(7)'s rings")
class LongFramesTest {
    private static final int CUT_LENGTH = 100;

    private final BlockMemory kernel = new BlockMemory(new BlockShape(64 << 10, 50));
    private final LongFrames frames = new LongFrames(kernel.ring());

    private static byte[] packet(int number, int length) {
        byte[] packet = new byte[length];
        Arrays.fill(packet, (byte) number);
        packet[0] = (byte) (number >>> 8);
        return packet;
    }

    private void capture(byte[] packet) {
        assertThat(kernel.capture(packet, packet.length)).isTrue();
    }

    /** The packet as the other ring has it, completed. */
    private byte[] wholeOf(byte[] packet) {
        BlockMemory other = new BlockMemory(new BlockShape(64 << 10, 2));
        other.capture(Arrays.copyOf(packet, Math.min(packet.length, CUT_LENGTH)), packet.length);
        other.close();
        var ring = other.ring();
        assertThat(ring.next()).isTrue();
        byte[] buffer = new byte[CookedFrame.HEADER_LENGTH + CUT_LENGTH];
        Frame cut = new Frame()
                .wrap(
                        1,
                        LinkType.LINUX_SLL2,
                        buffer,
                        0,
                        CookedFrame.copy(ring, buffer),
                        CookedFrame.HEADER_LENGTH + packet.length);
        frames.complete(cut);
        return Arrays.copyOfRange(
                cut.buffer(), cut.offset() + CookedFrame.HEADER_LENGTH, cut.offset() + cut.capturedLength());
    }

    @Test
    void replacesACutFrameByItsTwinFromTheBlockThatTheKernelStillFills() {
        capture(packet(1, 5000));
        capture(packet(2, 6000));

        assertThat(wholeOf(packet(1, 5000))).isEqualTo(packet(1, 5000));
        assertThat(wholeOf(packet(2, 6000))).isEqualTo(packet(2, 6000));
        assertThat(frames.lost()).isZero();
    }

    @Test
    void replacesACutFrameByItsTwinFromABlockThatWasHandedOver() {
        capture(packet(1, 5000));
        kernel.close();
        frames.collect();
        capture(packet(2, 6000));
        kernel.close();

        assertThat(wholeOf(packet(1, 5000))).isEqualTo(packet(1, 5000));
        assertThat(wholeOf(packet(2, 6000))).isEqualTo(packet(2, 6000));
    }

    @Test
    void aPacketThatCameTwiceHasTwoTwins() {
        capture(packet(1, 5000));
        capture(packet(1, 5000));

        assertThat(wholeOf(packet(1, 5000))).hasSize(5000);
        kernel.close();
        assertThat(wholeOf(packet(1, 5000))).hasSize(5000);
        assertThat(wholeOf(packet(1, 5000))).hasSize(CUT_LENGTH);
        assertThat(frames.lost()).isEqualTo(1);
    }

    @Test
    void keepsTheCutFrameWhereItsTwinWasLost() {
        assertThat(wholeOf(packet(1, 5000))).hasSize(CUT_LENGTH);
        assertThat(frames.lost()).isEqualTo(1);
    }

    @Test
    void leavesAFrameAloneThatIsWhole() {
        assertThat(wholeOf(packet(1, CUT_LENGTH))).hasSize(CUT_LENGTH);
        assertThat(frames.lost()).isZero();
    }

    @Test
    void doesNotMistakeAFrameOfAnotherLengthForTheTwin() {
        capture(packet(1, 4000));

        assertThat(wholeOf(packet(1, 5000))).hasSize(CUT_LENGTH);
    }

    @Test
    void findsTwinsThatComeInAnotherOrder() {
        capture(packet(2, 5000));
        capture(packet(1, 5000));

        assertThat(wholeOf(packet(1, 5000))).isEqualTo(packet(1, 5000));
        assertThat(wholeOf(packet(2, 5000))).isEqualTo(packet(2, 5000));
    }

    @Test
    void keepsOnlyTheNewestFramesWhoseTwinsNeverCame() {
        int length = 5000;
        int count = LongFrames.MAX_WAITING_BYTES / (length + CookedFrame.HEADER_LENGTH);
        for (int number = 0; number <= count; number++) {
            capture(packet(number, length));
        }
        kernel.close();
        frames.collect();

        assertThat(wholeOf(packet(0, length))).hasSize(CUT_LENGTH);
        assertThat(wholeOf(packet(1, length))).hasSize(length);
        assertThat(wholeOf(packet(count, length))).hasSize(length);
        assertThat(frames.lost()).isEqualTo(1);
    }
}
