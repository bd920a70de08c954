package dev.imdsanalyzer.kernel.packet;

import dev.imdsanalyzer.kernel.NativeBuffer;
import dev.imdsanalyzer.kernel.SystemCalls;

/**
 * How the memory of a ring of blocks is cut.
 *
 * <p>Shape: {@code struct tpacket_req3} of linux/if_packet.h: {u32 block size, u32 blocks, u32 frame size, u32 frames, u32
 * milliseconds until a block is handed over, u32 private bytes, u32 features}, 28 bytes. The frame size is of no matter.
 *
 * @param blockBytes a multiple of the page size
 * @param blocks 2 or more
 */
public record BlockShape(int blockBytes, int blocks) implements RingMemory {
    /** Of the block and of the first packet, with room to spare. */
    static final int OVERHEAD = 256;

    private static final int USUAL_BLOCK_BYTES = 64 << 10;

    /**
     * A block that is not full is not handed over before, and the kernel's timer is as slow. At once a packet of it can be
     * had by {@link BlockRing#nextOpen}.
     */
    private static final int HAND_OVER_MILLIS = 10_000;

    private static final int TPACKET_V3 = 2;
    private static final int FRAME_BYTES = 2048;

    /**
     * As many blocks as memory allows.
     *
     * @param packetBytes what fits of a packet
     * @param ringBytes the memory; where two blocks need more than that, it is those two
     */
    public static BlockShape of(int packetBytes, int ringBytes) {
        int blockBytes = Math.max(USUAL_BLOCK_BYTES, SystemCalls.pageSize());
        while (blockBytes < packetBytes + OVERHEAD) {
            blockBytes *= 2;
        }
        return new BlockShape(blockBytes, Math.max(2, ringBytes / blockBytes));
    }

    @Override
    public int version() {
        return TPACKET_V3;
    }

    @Override
    public NativeBuffer request() {
        NativeBuffer request = new NativeBuffer(28);
        request.bytes()
                .putInt(blockBytes)
                .putInt(blocks)
                .putInt(FRAME_BYTES)
                .putInt(bytes() / FRAME_BYTES)
                .putInt(HAND_OVER_MILLIS);
        return request;
    }

    @Override
    public int bytes() {
        return blockBytes * blocks;
    }
}
