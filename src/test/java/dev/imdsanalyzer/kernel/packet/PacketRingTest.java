package dev.imdsanalyzer.kernel.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** A ring on memory that the test fills as tpacket_rcv in net/packet/af_packet.c does. */
@LinuxOnly("its system calls and structs")
class PacketRingTest {
    private static final int KERNELS = 0;
    private static final int OURS = 1;

    /** Two slots a block, with room left over, and two blocks. */
    private static final RingShape SHAPE = new RingShape(160, 400, 2);

    private final ByteBuffer memory = ByteBuffer.allocateDirect(SHAPE.bytes()).order(ByteOrder.nativeOrder());
    private final PacketRing ring = new PacketRing(memory, SHAPE);

    private void fill(int slot, int status, byte... packet) {
        memory.putInt(slot + 4, packet.length + 1000);
        memory.putInt(slot + 8, packet.length);
        memory.putShort(slot + 14, (short) RingShape.OVERHEAD);
        memory.putInt(slot + 16, (int) 4_000_000_000L);
        memory.putInt(slot + 20, 999_999_999);
        memory.put(slot + 34, (byte) 0x86).put(slot + 35, (byte) 0xDD);
        memory.putInt(slot + 36, 70_000);
        memory.putShort(slot + 40, (short) 65_534);
        memory.put(slot + 42, (byte) 4);
        memory.put(slot + 43, new byte[] {6, 1, 2, 3, 4, 5, 6, 0, 0});
        memory.put(slot + RingShape.OVERHEAD, packet);
        memory.putInt(slot, status);
    }

    @Test
    void aSlotOfTheKernelsHoldsNothing() {
        assertThat(ring.ready()).isFalse();
        fill(0, KERNELS, (byte) 1);
        assertThat(ring.ready()).isFalse();
    }

    @Test
    void readsWhatTheKernelSaysOfAPacket() {
        fill(0, OURS, (byte) 7, (byte) 8, (byte) 9);

        assertThat(ring.ready()).isTrue();
        assertThat(ring.timestampNanos()).isEqualTo(4_000_000_000_999_999_999L);
        assertThat(ring.originalLength()).isEqualTo(1003);
        assertThat(ring.capturedLength()).isEqualTo(3);
        assertThat(ring.protocol()).isEqualTo(0x86DD);
        assertThat(ring.interfaceIndex()).isEqualTo(70_000);
        assertThat(ring.hardwareType()).isEqualTo(65_534);
        assertThat(ring.packetType()).isEqualTo(4);
        assertThat(ring.checksumNotReady()).isFalse();
        assertThat(ring.checksumValid()).isFalse();
        byte[] copy = new byte[16];
        ring.copyLinkAddress(copy, 0);
        ring.copyPacket(copy, 9);
        assertThat(copy).containsExactly(6, 1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 0, 0, 0, 0);
    }

    @Test
    void tellsWhatIsKnownOfTheChecksum() {
        fill(0, OURS | 1 << 3);
        assertThat(ring.checksumNotReady()).isTrue();
        assertThat(ring.checksumValid()).isFalse();
        ring.release();
        fill(160, OURS | 1 << 7);
        assertThat(ring.checksumNotReady()).isFalse();
        assertThat(ring.checksumValid()).isTrue();
    }

    @Test
    void goesThroughTheSlotsBlockByBlockAndRoundAgain() {
        int[] slots = {0, 160, 400, 560};
        for (int round = 0; round < 3; round++) {
            for (int slot : slots) {
                assertThat(ring.ready()).isFalse();
                fill(slot, OURS, (byte) round);
                assertThat(ring.ready()).as("slot at %d", slot).isTrue();
                ring.release();
                assertThat(memory.getInt(slot)).isEqualTo(KERNELS);
            }
        }
    }

    @Test
    void aRingIsCutIntoSlotsThatFit() {
        assertThat(RingShape.of(80, 1 << 20)).isEqualTo(new RingShape(160, 32 << 10, 32));
        assertThat(RingShape.of(80, 1 << 20).slots()).isEqualTo(32 * 204);
        assertThat(RingShape.of(432, 100_000)).isEqualTo(new RingShape(512, 32 << 10, 3));
        assertThat(RingShape.of(65_535, 1)).isEqualTo(new RingShape(65_616, 128 << 10, 1));
    }
}
