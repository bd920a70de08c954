package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.packet.PacketRing;
import dev.imdsanalyzer.kernel.packet.PacketSocket;
import dev.imdsanalyzer.kernel.packet.RingShape;
import java.util.Arrays;

/**
 * The ring for IMDS packets whose length is in one range. Gives each as a frame of link type {@link
 * LinkType#LINUX_SLL2}, whose header is made from what the kernel says of the packet: so all devices look alike.
 */
final class CaptureRing implements LongFrames.Ring {
    /** A cooked header v2; {@code packet.LinkHeader} shows its fields. */
    static final int HEADER_LENGTH = 20;

    private static final int PROTOCOL = 0;
    private static final int INTERFACE_INDEX = 4;
    private static final int HARDWARE_TYPE = 8;
    private static final int PACKET_TYPE = 10;
    private static final int ADDRESS = 11;

    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86DD;

    private final PacketSocket socket;
    private final PacketRing ring;
    private final byte[] buffer;
    private int originalLength;
    private boolean atHead;
    private long headNanos;

    private CaptureRing(PacketSocket socket, int packetBytes) {
        this.socket = socket;
        this.ring = socket.ring();
        this.buffer = new byte[HEADER_LENGTH + packetBytes];
    }

    /**
     * Opens one.
     *
     * @param deviceIndex as {@link PacketSocket#open} has it
     * @param minLength of a packet without its link's header; shorter ones are none of this ring's
     * @param maxLength longer ones are none of this ring's
     * @param keptLength what is kept of each
     * @param ringBytes memory; at least one packet's is taken
     */
    static CaptureRing open(int deviceIndex, int minLength, int maxLength, int keptLength, int ringBytes)
            throws KernelException {
        return new CaptureRing(
                PacketSocket.open(
                        deviceIndex,
                        CaptureFilter.of(minLength, maxLength, keptLength),
                        RingShape.of(keptLength, ringBytes)),
                keptLength);
    }

    /** Whether there is a packet at the head. */
    boolean ready() {
        if (!atHead && ring.ready()) {
            atHead = true;
            headNanos = ring.timestampNanos();
        }
        return atHead;
    }

    /** When the packet at the head was captured, nanoseconds since 1970; once {@link #ready}. */
    long headNanos() {
        return headNanos;
    }

    /** Takes the packet from the head; its frame is valid until the next one is taken. Once {@link #ready}. */
    Frame take(Frame frame) {
        boolean notReady = ring.checksumNotReady();
        boolean valid = ring.checksumValid();
        int length = takeIntoBuffer();
        return frame.wrap(headNanos, LinkType.LINUX_SLL2, buffer, 0, length, originalLength)
                .checksum(notReady, valid);
    }

    @Override
    public byte[] next() {
        return ready() ? Arrays.copyOf(buffer, takeIntoBuffer()) : null;
    }

    @Override
    public int originalLength() {
        return originalLength;
    }

    private int takeIntoBuffer() {
        int captured = ring.capturedLength();
        originalLength = HEADER_LENGTH + ring.originalLength();
        ring.copyPacket(buffer, HEADER_LENGTH);
        putInt16(PROTOCOL, protocol(captured));
        putInt16(INTERFACE_INDEX, ring.interfaceIndex() >>> 16);
        putInt16(INTERFACE_INDEX + 2, ring.interfaceIndex());
        putInt16(HARDWARE_TYPE, ring.hardwareType());
        buffer[PACKET_TYPE] = (byte) ring.packetType();
        ring.copyLinkAddress(buffer, ADDRESS);
        ring.release();
        atHead = false;
        return HEADER_LENGTH + captured;
    }

    /**
     * Before Linux 6.10 a packet that leaves with a tag which its device cannot add is said to be one of VLAN's protocol,
     * and begins behind that tag all the same.
     */
    private int protocol(int captured) {
        int protocol = ring.protocol();
        boolean told = protocol == IPV4 || protocol == IPV6;
        int typeBehindTag = HEADER_LENGTH + 2;
        if (told || captured < 2 * Integer.BYTES || isIp(uint16(typeBehindTag))) {
            return protocol;
        }
        return switch (buffer[HEADER_LENGTH] >>> 4 & 0xF) {
            case 4 -> IPV4;
            case 6 -> IPV6;
            default -> protocol;
        };
    }

    private static boolean isIp(int etherType) {
        return etherType == IPV4 || etherType == IPV6;
    }

    private int uint16(int offset) {
        return (buffer[offset] & 0xFF) << 8 | buffer[offset + 1] & 0xFF;
    }

    private void putInt16(int offset, int value) {
        buffer[offset] = (byte) (value >>> 8);
        buffer[offset + 1] = (byte) value;
    }

    int descriptor() {
        return socket.descriptor();
    }

    /** What happened to the device; 0 for nothing. */
    int takeError() throws KernelException {
        return socket.takeError();
    }

    /** Packets that passed the filter, with those that were dropped. Any thread. */
    long received() {
        return socket.received();
    }

    /** Packets that found the ring full. Any thread. */
    long dropped() {
        return socket.dropped();
    }

    @Override
    public void close() {
        socket.close();
    }
}
