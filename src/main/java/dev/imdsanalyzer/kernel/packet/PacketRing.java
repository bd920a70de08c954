package dev.imdsanalyzer.kernel.packet;

import dev.imdsanalyzer.kernel.perf.SystemCalls;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The ring of a packet socket, TPACKET_V2, and a view of the packet at its head.
 *
 * <pre>
 * slot: struct tpacket2_hdr (linux/if_packet.h, host order)      struct sockaddr_ll at 32
 *        0 u32 status       16 u32 seconds                        32 u16 family       40 u16 hardware type
 *        4 u32 length       20 u32 nanoseconds                    34 be16 protocol    42 u8 packet type
 *        8 u32 kept         24 u16 VLAN tag                       36 s32 index        43 u8 address length
 *       12 u16 link offset  26 u16 VLAN tag's EtherType                               44 u8[8] address
 *       14 u16 packet offset
 * </pre>
 *
 * <p>The status says whose the slot is: bit 0 is ours. The kernel writes it last, so it is read with acquire; we give the
 * slot back by a 0, written with release after the last byte was copied. The kernel fills slots in their order, and drops
 * what finds the next one still ours.
 *
 * <p>One thread. Every accessor is of the packet at the head, which is there once {@link #ready} said so, until {@link
 * #release}.
 */
public final class PacketRing {
    static final int STATUS = 0;
    static final int LENGTH = 4;
    static final int KEPT = 8;
    static final int PACKET_OFFSET = 14;
    static final int SECONDS = 16;
    static final int NANOSECONDS = 20;
    static final int PROTOCOL = 34;
    static final int INTERFACE_INDEX = 36;
    static final int HARDWARE_TYPE = 40;
    static final int PACKET_TYPE = 42;
    static final int LINK_ADDRESS_LENGTH = 43;
    static final int LINK_ADDRESS = 44;

    private static final int OURS = 1;
    private static final int CHECKSUM_NOT_READY = 1 << 3;
    private static final int CHECKSUM_VALID = 1 << 7;
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final ByteBuffer memory;
    private final RingShape shape;
    private final int slotsPerBlock;
    private int block;
    private int slotInBlock;
    private int head;

    /** @param memory as {@code shape} says, in native order; a test's own, or the kernel's */
    PacketRing(ByteBuffer memory, RingShape shape) {
        this.memory = memory;
        this.shape = shape;
        this.slotsPerBlock = shape.slotsPerBlock();
    }

    /** Whether there is a packet at the head. */
    public boolean ready() {
        return ((int) INT.getAcquire(memory, head + STATUS) & OURS) != 0;
    }

    /** When it was captured, nanoseconds since 1970. */
    public long timestampNanos() {
        return Integer.toUnsignedLong(memory.getInt(head + SECONDS)) * 1_000_000_000L
                + memory.getInt(head + NANOSECONDS);
    }

    /** Bytes that it had without its link's header. */
    public int originalLength() {
        return memory.getInt(head + LENGTH);
    }

    /** Bytes of it that are here. */
    public int capturedLength() {
        return Math.min(memory.getInt(head + KEPT), shape.slotBytes() - memory.getShort(head + PACKET_OFFSET));
    }

    /** EtherType. */
    public int protocol() {
        return Short.toUnsignedInt(Short.reverseBytes(inHostOrder(PROTOCOL)));
    }

    public int interfaceIndex() {
        return memory.getInt(head + INTERFACE_INDEX);
    }

    /** ARPHRD_ type of the device. */
    public int hardwareType() {
        return Short.toUnsignedInt(inHostOrder(HARDWARE_TYPE));
    }

    /** 0 for us, 1 broadcast, 2 multicast, 3 for somebody else, 4 sent by this host. */
    public int packetType() {
        return memory.get(head + PACKET_TYPE);
    }

    /** Its TCP or UDP checksum is still to be made, by the device or by nobody: what stands there is a part of it. */
    public boolean checksumNotReady() {
        return (memory.getInt(head + STATUS) & CHECKSUM_NOT_READY) != 0;
    }

    /** The device or the kernel found its TCP or UDP checksum right. Where this is false it may be right all the same. */
    public boolean checksumValid() {
        return (memory.getInt(head + STATUS) & CHECKSUM_VALID) != 0;
    }

    /** Copies the sender's link address: a byte of its length, then 8 bytes, of which so many count. */
    public void copyLinkAddress(byte[] target, int offset) {
        memory.get(head + LINK_ADDRESS_LENGTH, target, offset, 1 + 8);
    }

    /** Copies what is here of the packet, {@link #capturedLength} bytes. */
    public void copyPacket(byte[] target, int offset) {
        memory.get(head + Short.toUnsignedInt(inHostOrder(PACKET_OFFSET)), target, offset, capturedLength());
    }

    private short inHostOrder(int field) {
        return memory.getShort(head + field);
    }

    /** Gives the slot back to the kernel, and goes on to the next one. */
    public void release() {
        INT.setRelease(memory, head + STATUS, 0);
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

    void unmap() {
        SystemCalls.unmap(memory);
    }
}
