package dev.imdsanalyzer.kernel.packet;

import java.nio.ByteBuffer;

/**
 * View of one packet in the memory of a ring: what the kernel says of it, and its bytes from the IP header on.
 *
 * <pre>
 * struct tpacket2_hdr, tpacket3_hdr (linux/if_packet.h, host order)   struct sockaddr_ll
 *        V2                     V3                                     at 32 (V2), 48 (V3)
 * status          0 u32         20 u32                                  0 u16  family
 * length          4 u32         16 u32                                  2 be16 protocol
 * kept            8 u32         12 u32                                  4 s32  interface index
 * packet offset  14 u16         26 u16                                  8 u16  ARPHRD_ type
 * seconds        16 u32          4 u32                                 10 u8   packet type
 * nanoseconds    20 u32          8 u32                                 11 u8   address length, 8 bytes of address
 * next packet     -              0 u32
 * </pre>
 *
 * <p>Subclasses say where the packet is, and until when it is valid. One thread.
 */
public abstract class CapturedPacket {
    /** Where a header of that version of the interface has its members. */
    enum Layout {
        V2(0, 4, 8, 14, 16, 20, 32),
        V3(20, 16, 12, 26, 4, 8, 48);

        final int status;
        final int length;
        final int kept;
        final int packetOffset;
        final int seconds;
        final int nanoseconds;
        final int address;

        Layout(int status, int length, int kept, int packetOffset, int seconds, int nanoseconds, int address) {
            this.status = status;
            this.length = length;
            this.kept = kept;
            this.packetOffset = packetOffset;
            this.seconds = seconds;
            this.nanoseconds = nanoseconds;
            this.address = address;
        }
    }

    static final int PROTOCOL = 2;
    static final int INTERFACE_INDEX = 4;
    static final int HARDWARE_TYPE = 8;
    static final int PACKET_TYPE = 10;
    static final int LINK_ADDRESS_LENGTH = 11;

    /** TP_STATUS_ of linux/if_packet.h. */
    static final int CHECKSUM_NOT_READY = 1 << 3;

    static final int CHECKSUM_VALID = 1 << 7;

    protected final ByteBuffer memory;
    private final Layout layout;

    /** Index of the packet's header in the memory. */
    protected int head;

    CapturedPacket(ByteBuffer memory, Layout layout) {
        this.memory = memory;
        this.layout = layout;
    }

    /** Index behind the last byte that may be the packet's. */
    protected abstract int limit();

    /** When it was captured, nanoseconds since 1970. */
    public final long timestampNanos() {
        return Integer.toUnsignedLong(memory.getInt(head + layout.seconds)) * 1_000_000_000L
                + memory.getInt(head + layout.nanoseconds);
    }

    /** Bytes that it had without its link's header. */
    public final int originalLength() {
        return memory.getInt(head + layout.length);
    }

    /** Bytes of it that are here. */
    public final int capturedLength() {
        return Math.max(0, Math.min(memory.getInt(head + layout.kept), limit() - packet()));
    }

    private int packet() {
        return head + Short.toUnsignedInt(memory.getShort(head + layout.packetOffset));
    }

    /** EtherType. */
    public final int protocol() {
        return Short.toUnsignedInt(Short.reverseBytes(memory.getShort(head + layout.address + PROTOCOL)));
    }

    public final int interfaceIndex() {
        return memory.getInt(head + layout.address + INTERFACE_INDEX);
    }

    /** ARPHRD_ type of the device. */
    public final int hardwareType() {
        return Short.toUnsignedInt(memory.getShort(head + layout.address + HARDWARE_TYPE));
    }

    /** 0 for us, 1 broadcast, 2 multicast, 3 for somebody else, 4 sent by this host. */
    public final int packetType() {
        return memory.get(head + layout.address + PACKET_TYPE);
    }

    /** Its TCP or UDP checksum is still to be made, by the device or by nobody: what stands there is a part of it. */
    public final boolean checksumNotReady() {
        return (memory.getInt(head + layout.status) & CHECKSUM_NOT_READY) != 0;
    }

    /** The device or the kernel found its TCP or UDP checksum right. Where this is false it may be right all the same. */
    public final boolean checksumValid() {
        return (memory.getInt(head + layout.status) & CHECKSUM_VALID) != 0;
    }

    /** Copies the sender's link address: a byte of its length, then 8 bytes, of which so many count. */
    public final void copyLinkAddress(byte[] target, int offset) {
        memory.get(head + layout.address + LINK_ADDRESS_LENGTH, target, offset, 1 + 8);
    }

    /** Copies what is here of the packet, {@link #capturedLength} bytes. */
    public final void copyPacket(byte[] target, int offset) {
        memory.get(packet(), target, offset, capturedLength());
    }
}
