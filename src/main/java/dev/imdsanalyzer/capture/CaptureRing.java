package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.packet.PacketRing;
import dev.imdsanalyzer.kernel.packet.PacketSocket;
import dev.imdsanalyzer.kernel.packet.RingShape;
import dev.imdsanalyzer.kernel.packet.SocketFilter;

/** The ring for IMDS packets whose length is in one range. */
final class CaptureRing implements AutoCloseable {
    private final PacketSocket socket;
    private final PacketRing ring;
    private final byte[] buffer;
    private boolean atHead;
    private long headNanos;

    private CaptureRing(PacketSocket socket, PacketRing ring, int packetBytes) {
        this.socket = socket;
        this.ring = ring;
        this.buffer = new byte[CookedFrame.HEADER_LENGTH + packetBytes];
    }

    /**
     * Opens one.
     *
     * @param deviceIndex as {@link PacketSocket#open} has it
     * @param filter what it is for
     * @param keptLength what the filter keeps of each packet, at most
     * @param ringBytes memory; at least one block is taken
     */
    static CaptureRing open(int deviceIndex, SocketFilter filter, int keptLength, int ringBytes)
            throws KernelException {
        RingShape shape = RingShape.of(keptLength, ringBytes);
        PacketSocket socket = PacketSocket.open(deviceIndex, filter, shape);
        return new CaptureRing(socket, new PacketRing(socket.memory(), shape), shape.slotBytes());
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
    void take(Frame frame) {
        int length = CookedFrame.copy(ring, buffer);
        frame.wrap(headNanos, LinkType.LINUX_SLL2, buffer, 0, length, CookedFrame.HEADER_LENGTH + ring.originalLength())
                .checksum(ring.checksumNotReady(), ring.checksumValid());
        ring.release();
        atHead = false;
    }

    PacketSocket socket() {
        return socket;
    }

    @Override
    public void close() {
        socket.close();
    }
}
