package dev.imdsanalyzer.kernel.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A ring of blocks with packets of any length in a row, TPACKET_V3, and a view of one packet.
 *
 * <pre>
 * block: struct tpacket_block_desc (linux/if_packet.h, host order)
 *    8 u32 status, bit 0: ours     12 u32 packets     16 u32 offset of the first one
 * </pre>
 *
 * <p>The kernel hands a block over when the next packet does not fit, or after the time that its {@link BlockShape} says.
 * It writes the status last; here it is read with acquire, and written with release when the block is given back.
 *
 * <p>A packet in the block that the kernel still fills may be read, too, by who knows that it was captured: because he has
 * seen the same packet in a ring of another socket, to which the kernel gave it later on the same processor. The packets
 * before it in the block have their lengths by then, though perhaps not their bytes.
 *
 * <p>Accessors are of the packet that {@link #next} or {@link #nextOpen} went to, until the next call of either.
 */
public final class BlockRing extends CapturedPacket {
    static final int STATUS = 8;
    static final int PACKETS = 12;
    static final int FIRST = 16;

    /** In a packet's header: how far the next one is behind it. */
    static final int NEXT_PACKET = 0;

    private static final int OURS = 1;
    private static final int LONGEST_HEADER = 96;
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final BlockShape shape;
    private int block;
    private int passed;
    private int closedHead;
    private int openPassed;

    /** @param memory as {@code shape} says, in native order: a socket's, or a test's own */
    public BlockRing(ByteBuffer memory, BlockShape shape) {
        super(memory, Layout.V3);
        this.shape = shape;
    }

    private int start() {
        return block * shape.blockBytes();
    }

    @Override
    protected int limit() {
        return start() + shape.blockBytes();
    }

    /** Goes to the next packet of the blocks that were handed over; false, and at no packet, where there is none. */
    public boolean next() {
        openPassed = 0;
        for (int blocks = 0; blocks <= shape.blocks(); blocks++) {
            if (((int) INT.getAcquire(memory, start() + STATUS) & OURS) == 0) {
                return false;
            }
            head = closedHead;
            if (step(passed)) {
                passed++;
                closedHead = head;
                return true;
            }
            INT.setRelease(memory, start() + STATUS, 0);
            passed = 0;
            block = block + 1 == shape.blocks() ? 0 : block + 1;
        }
        return false;
    }

    /** Goes to the next packet of the block that is still being filled, from its first on; false behind the last one. */
    public boolean nextOpen() {
        if (step(openPassed)) {
            openPassed++;
            return true;
        }
        openPassed = 0;
        return false;
    }

    /** From the packet of that number less one, where the view is, to the one of that number. */
    private boolean step(int number) {
        if (number >= memory.getInt(start() + PACKETS)) {
            return false;
        }
        int distance = memory.getInt(number == 0 ? start() + FIRST : head + NEXT_PACKET);
        int next = (number == 0 ? start() : head) + distance;
        if (distance <= 0 || next < start() || next > limit() - LONGEST_HEADER) {
            return false;
        }
        head = next;
        return true;
    }

    /** Where in the ring the packet stands: the same for as long as it is there. */
    public int position() {
        return head;
    }
}
