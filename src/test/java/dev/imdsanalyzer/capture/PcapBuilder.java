package dev.imdsanalyzer.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Puts a pcap file together, for tests. */
public final class PcapBuilder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteOrder order;
    private final boolean modified;

    public PcapBuilder(int magic, ByteOrder order, int linkType) {
        this(magic, order, 2, 4, linkType);
    }

    public PcapBuilder(int magic, ByteOrder order, int major, int minor, int linkType) {
        this.order = order;
        this.modified = magic == PcapReader.MAGIC_MODIFIED;
        out.writeBytes(buffer(24)
                .putInt(magic)
                .putShort((short) major)
                .putShort((short) minor)
                .putLong(0)
                .putInt(65535)
                .putInt(linkType)
                .array());
    }

    /** Microseconds, little-endian, Ethernet. */
    public static PcapBuilder ethernet() {
        return new PcapBuilder(PcapReader.MAGIC_MICROS, ByteOrder.LITTLE_ENDIAN, LinkType.ETHERNET);
    }

    public PcapBuilder record(long seconds, int fraction, byte[] frame) {
        return record(seconds, fraction, frame, frame.length, frame.length);
    }

    /** A record whose lengths may lie. */
    public PcapBuilder record(long seconds, int fraction, byte[] frame, int capturedLength, int originalLength) {
        out.writeBytes(buffer(modified ? 24 : 16)
                .putInt((int) seconds)
                .putInt(fraction)
                .putInt(capturedLength)
                .putInt(originalLength)
                .array());
        out.writeBytes(frame);
        return this;
    }

    public byte[] bytes() {
        return out.toByteArray();
    }

    private ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(order);
    }
}
