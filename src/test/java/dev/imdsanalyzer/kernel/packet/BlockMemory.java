package dev.imdsanalyzer.kernel.packet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory of a ring of blocks, filled as the kernel does it: prb_fill_curr_block in net/packet/af_packet.c. */
public final class BlockMemory {
    private static final int BLOCK_HEADER = 48;
    private static final int PACKET_OFFSET = 96;

    private final BlockShape shape;
    private final ByteBuffer memory;
    private int block;
    private int packets;
    private int end;
    private int last;
    private boolean frozen;

    public BlockMemory(BlockShape shape) {
        this.shape = shape;
        memory = ByteBuffer.allocateDirect(shape.bytes()).order(ByteOrder.nativeOrder());
        open();
    }

    public BlockRing ring() {
        return new BlockRing(memory, shape);
    }

    private void open() {
        frozen = false;
        packets = 0;
        end = start() + BLOCK_HEADER;
        memory.putInt(start() + BlockRing.PACKETS, 0);
        memory.putInt(start() + BlockRing.FIRST, BLOCK_HEADER);
    }

    private int start() {
        return block * shape.blockBytes();
    }

    /** Captures a packet of that many bytes on the wire; false, where the ring is full. */
    public boolean capture(byte[] packet, int originalLength) {
        int length = (PACKET_OFFSET + packet.length + 7) / 8 * 8;
        if (!frozen && end + length > start() + shape.blockBytes()) {
            close();
        }
        if (frozen && isInUse()) {
            return false;
        }
        if (frozen) {
            open();
        }
        last = end;
        memory.putInt(last, length);
        memory.putInt(start() + BlockRing.PACKETS, ++packets);
        memory.putInt(last + 4, 1_700_000_000).putInt(last + 8, 5);
        memory.putInt(last + 12, packet.length)
                .putInt(last + 16, originalLength)
                .putInt(last + 20, 1);
        memory.putShort(last + 26, (short) PACKET_OFFSET);
        memory.putShort(last + 48, (short) 17).put(last + 50, (byte) 8).put(last + 51, (byte) 0);
        memory.putInt(last + 52, 3)
                .putShort(last + 56, (short) 1)
                .put(last + 58, (byte) 4)
                .put(last + 59, (byte) 6);
        memory.put(last + PACKET_OFFSET, packet);
        end += length;
        return true;
    }

    /** Hands the block over, and goes on to the next one as soon as that is not in use. */
    public void close() {
        memory.putInt(last, 0);
        memory.putInt(start() + BlockRing.STATUS, 1);
        block = (block + 1) % shape.blocks();
        if (isInUse()) {
            frozen = true;
        } else {
            open();
        }
    }

    private boolean isInUse() {
        return memory.getInt(start() + BlockRing.STATUS) != 0;
    }
}
