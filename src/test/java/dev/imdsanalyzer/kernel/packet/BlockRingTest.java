package dev.imdsanalyzer.kernel.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@LinuxOnly("its system calls and structs")
class BlockRingTest {
    private static final BlockShape SHAPE = new BlockShape(4096, 3);

    private final BlockMemory kernel = new BlockMemory(SHAPE);
    private final BlockRing ring = kernel.ring();

    private static byte[] packet(int number, int length) {
        byte[] packet = new byte[length];
        packet[0] = (byte) number;
        packet[length - 1] = (byte) ~number;
        return packet;
    }

    private byte[] bytes() {
        byte[] bytes = new byte[ring.capturedLength()];
        ring.copyPacket(bytes, 0);
        return bytes;
    }

    @Test
    void aBlockThatIsStillFilledIsNotHandedOver() {
        kernel.capture(packet(1, 100), 100);
        assertThat(ring.next()).isFalse();
        kernel.close();
        assertThat(ring.next()).isTrue();
        assertThat(bytes()).isEqualTo(packet(1, 100));
        assertThat(ring.next()).isFalse();
    }

    @Test
    void readsWhatTheKernelSaysOfAPacket() {
        kernel.capture(packet(1, 10), 1000);
        kernel.close();
        assertThat(ring.next()).isTrue();
        assertThat(ring.timestampNanos()).isEqualTo(1_700_000_000_000_000_005L);
        assertThat(ring.originalLength()).isEqualTo(1000);
        assertThat(ring.capturedLength()).isEqualTo(10);
        assertThat(ring.protocol()).isEqualTo(0x0800);
        assertThat(ring.interfaceIndex()).isEqualTo(3);
        assertThat(ring.hardwareType()).isEqualTo(1);
        assertThat(ring.packetType()).isEqualTo(4);
        byte[] address = new byte[9];
        ring.copyLinkAddress(address, 0);
        assertThat(address[0]).isEqualTo((byte) 6);
    }

    @Test
    void packetsOfTheOpenBlockCanBeReadAnyNumberOfTimesAndStillComeWhenItIsHandedOver() {
        kernel.capture(packet(1, 100), 100);
        kernel.capture(packet(2, 200), 200);
        for (int time = 0; time < 2; time++) {
            List<byte[]> seen = new ArrayList<>();
            while (ring.nextOpen()) {
                seen.add(bytes());
            }
            assertThat(seen).containsExactly(packet(1, 100), packet(2, 200));
        }
        kernel.capture(packet(3, 300), 300);
        kernel.close();
        for (int number = 1; number <= 3; number++) {
            assertThat(ring.next()).isTrue();
            assertThat(bytes()).isEqualTo(packet(number, 100 * number));
        }
        assertThat(ring.next()).isFalse();
        assertThat(ring.nextOpen()).isFalse();
    }

    @Test
    void givesEachPacketOnceInItsOrderHoweverBlocksAreHandedOver() {
        Random random = new Random(3);
        ArrayDeque<byte[]> expected = new ArrayDeque<>();
        int taken = 0;
        for (int step = 0; step < 20_000; step++) {
            byte[] packet = packet(step, 1 + random.nextInt(1500));
            if (kernel.capture(packet, packet.length)) {
                expected.add(packet);
            }
            while (random.nextInt(3) > 0 && ring.next()) {
                assertThat(bytes()).isEqualTo(expected.remove());
                taken++;
            }
        }
        assertThat(taken).isGreaterThan(10_000);
    }

    @Test
    void lengthsThatPointOutOfTheBlockEndIt() {
        kernel.capture(packet(1, 100), 100);
        kernel.close();
        BlockMemory damaged = new BlockMemory(SHAPE);
        damaged.capture(new byte[3900], 1_000_000);
        damaged.close();
        BlockRing other = damaged.ring();
        assertThat(other.next()).isTrue();
        assertThat(other.capturedLength()).isEqualTo(3900);
        assertThat(other.next()).isFalse();
    }

    @Test
    void aRingIsCutIntoBlocksThatHoldTheLongestPacket() {
        assertThat(BlockShape.of(32_640, 1_600_000)).isEqualTo(new BlockShape(64 << 10, 24));
        assertThat(BlockShape.of(65_535, 1)).isEqualTo(new BlockShape(128 << 10, 2));
    }
}
