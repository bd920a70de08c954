package dev.imdsanalyzer.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;

/** Puts a pcapng file together, for tests. */
public final class PcapngBuilder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

    public PcapngBuilder section(ByteOrder newOrder) {
        return section(newOrder, 1);
    }

    public PcapngBuilder section(ByteOrder newOrder, int major) {
        order = newOrder;
        return block(
                0x0A0D0D0A,
                buffer(16)
                        .putInt(0x1A2B3C4D)
                        .putShort((short) major)
                        .putShort((short) 0)
                        .putLong(-1)
                        .array());
    }

    /** An interface without options: microseconds. */
    public PcapngBuilder iface(int linkType, int snapLength) {
        return iface(linkType, snapLength, new byte[0]);
    }

    public PcapngBuilder iface(int linkType, int snapLength, byte[] options) {
        return block(
                1,
                buffer(8 + options.length)
                        .putShort((short) linkType)
                        .putShort((short) 0)
                        .putInt(snapLength)
                        .put(options)
                        .array());
    }

    /** An option in this section's byte order; the value is padded. */
    public byte[] option(int code, byte[] value) {
        return buffer(4 + padded(value.length))
                .putShort((short) code)
                .putShort((short) value.length)
                .put(value)
                .array();
    }

    /** The option if_tsoffset. */
    public byte[] timestampOffset(long seconds) {
        return option(14, buffer(8).putLong(seconds).array());
    }

    public PcapngBuilder enhanced(int iface, long timestamp, byte[] frame) {
        return enhanced(iface, timestamp, frame, frame.length, frame.length);
    }

    public PcapngBuilder enhanced(int iface, long timestamp, byte[] frame, int captured, int original) {
        return block(
                6,
                buffer(20 + padded(frame.length))
                        .putInt(iface)
                        .putInt((int) (timestamp >>> 32))
                        .putInt((int) timestamp)
                        .putInt(captured)
                        .putInt(original)
                        .put(frame)
                        .array());
    }

    /** With options, each padded. */
    public PcapngBuilder enhanced(int iface, long timestamp, byte[] frame, byte[]... options) {
        int length = Stream.of(options).mapToInt(option -> option.length).sum();
        ByteBuffer body = buffer(20 + padded(frame.length) + length)
                .putInt(iface)
                .putInt((int) (timestamp >>> 32))
                .putInt((int) timestamp)
                .putInt(frame.length)
                .putInt(frame.length)
                .put(frame)
                .position(20 + padded(frame.length));
        for (byte[] option : options) {
            body.put(option);
        }
        byte[] whole = new byte[body.flip().remaining()];
        body.get(whole);
        return block(6, whole);
    }

    public PcapngBuilder simple(byte[] frame, int original) {
        return block(
                3, buffer(4 + padded(frame.length)).putInt(original).put(frame).array());
    }

    public PcapngBuilder obsolete(int iface, long timestamp, byte[] frame) {
        return block(
                2,
                buffer(20 + padded(frame.length))
                        .putShort((short) iface)
                        .putShort((short) 3)
                        .putInt((int) (timestamp >>> 32))
                        .putInt((int) timestamp)
                        .putInt(frame.length)
                        .putInt(frame.length)
                        .put(frame)
                        .array());
    }

    /** Any block; the body's length is a multiple of 4. */
    public PcapngBuilder block(int type, byte[] body) {
        return block(type, 12 + body.length, body, 12 + body.length);
    }

    /** A block whose lengths may lie. */
    public PcapngBuilder block(int type, int length, byte[] body, int lengthAgain) {
        out.writeBytes(buffer(8).putInt(type).putInt(length).array());
        out.writeBytes(body);
        out.writeBytes(buffer(4).putInt(lengthAgain).array());
        return this;
    }

    public byte[] bytes() {
        return out.toByteArray();
    }

    private ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(order);
    }

    private static int padded(int length) {
        return (length + 3) & ~3;
    }
}
