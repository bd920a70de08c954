package dev.imdsanalyzer.kernel.packet;

import dev.imdsanalyzer.kernel.NativeBuffer;
import dev.imdsanalyzer.kernel.SystemCalls;

/**
 * How the memory of a ring is cut: blocks of whole pages in a row, each of as many slots as fit, one packet a slot.
 *
 * <p>Shape: {@code struct tpacket_req} of linux/if_packet.h: {u32 block size, u32 blocks, u32 slot size, u32 slots}.
 *
 * @param slotBytes a multiple of 16
 * @param blockBytes a multiple of the page size, at least {@code slotBytes}
 * @param blocks 1 or more
 */
public record RingShape(int slotBytes, int blockBytes, int blocks) implements RingMemory {
    /**
     * What the kernel puts before a packet in its slot: {@code struct tpacket2_hdr} and {@code struct sockaddr_ll}, 52
     * bytes, rounded up to 64, and 16 for a link header that is not there (tpacket_rcv in net/packet/af_packet.c).
     */
    public static final int OVERHEAD = 80;

    private static final int TPACKET_V2 = 1;
    private static final int ALIGNMENT = 16;

    /** Larger ones are hard to find in memory that has been in use for long. */
    private static final int USUAL_BLOCK_BYTES = 32 << 10;

    /**
     * As many slots as memory allows.
     *
     * @param packetBytes what a slot holds of a packet
     * @param ringBytes the memory; where a single block needs more than that, it is that block
     */
    public static RingShape of(int packetBytes, int ringBytes) {
        int slotBytes = roundUp(OVERHEAD + packetBytes, ALIGNMENT);
        int blockBytes = Math.max(USUAL_BLOCK_BYTES, SystemCalls.pageSize());
        while (blockBytes < slotBytes) {
            blockBytes *= 2;
        }
        return new RingShape(slotBytes, blockBytes, Math.max(1, ringBytes / blockBytes));
    }

    private static int roundUp(int value, int multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }

    int slotsPerBlock() {
        return blockBytes / slotBytes;
    }

    public int slots() {
        return slotsPerBlock() * blocks;
    }

    @Override
    public int bytes() {
        return blockBytes * blocks;
    }

    @Override
    public int version() {
        return TPACKET_V2;
    }

    @Override
    public NativeBuffer request() {
        NativeBuffer request = new NativeBuffer(16);
        request.bytes().putInt(blockBytes).putInt(blocks).putInt(slotBytes).putInt(slots());
        return request;
    }
}
