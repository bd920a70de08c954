package dev.imdsanalyzer.kernel.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A ring of equal slots, TPACKET_V2, and a view of the packet at its head.
 *
 * <p>A slot is the packet's header and its bytes. The header's status says whose it is: bit 0 is ours. The kernel writes it
 * last, so it is read with acquire; we give the slot back by a 0, written with release after the last byte was copied. The
 * kernel fills slots in their order, and drops what finds the next one still ours.
 *
 * <p>Every accessor is of the packet at the head, which is there once {@link #ready} said so, until {@link #release}.
 */
public final class PacketRing extends CapturedPacket {
    private static final int OURS = 1;
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final RingShape shape;
    private final int slotsPerBlock;
    private int block;
    private int slotInBlock;

    /** @param memory as {@code shape} says, in native order: a socket's, or a test's own */
    public PacketRing(ByteBuffer memory, RingShape shape) {
        super(memory, Layout.V2);
        this.shape = shape;
        this.slotsPerBlock = shape.slotsPerBlock();
    }

    /** Whether there is a packet at the head. */
    public boolean ready() {
        return ((int) INT.getAcquire(memory, head) & OURS) != 0;
    }

    @Override
    protected int limit() {
        return head + shape.slotBytes();
    }

    /** Gives the slot back to the kernel, and goes on to the next one. */
    public void release() {
        INT.setRelease(memory, head, 0);
        slotInBlock++;
        if (slotInBlock == slotsPerBlock) {
            slotInBlock = 0;
            block++;
            if (block == shape.blocks()) {
                block = 0;
            }
        }
        head = block * shape.blockBytes() + slotInBlock * shape.slotBytes();
    }
}
