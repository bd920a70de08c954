package dev.imdsanalyzer.capture;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the pcapng format: a row of blocks, each of which says its length at both ends.
 *
 * <pre>
 * Block                   Section header         Interface description   Enhanced packet
 *  0 type          4       8 1a2b3c4d      4      8 link type     2       8 interface number      4
 *  4 length        4      12 major, 1      2     10 reserved      2      12 timestamp, high half  4
 *  8 body                 14 minor         2     12 snap length   4      16 timestamp, low half   4
 *  ? length again  4      16 section size  8     16 options              20 captured length       4
 *                                                                        24 original length       4
 * Simple packet           Packet (obsolete)                              28 bytes
 *  8 original length  4    8 interface number  2
 * 12 bytes                10 drops             2
 *                         12 as in an enhanced packet
 * </pre>
 *
 * <p>A section has its own byte order and its own interfaces, numbered from 0; each interface has its own link type
 * and clock. Blocks of other types are stepped over. Frames of link types that this program does not know are stepped
 * over too, unless there are no others in the file: that is an error.
 *
 * <p>Source: draft-ietf-opsawg-pcapng, sections 4.1 to 4.4 and appendix A.
 */
final class PcapngReader implements FrameReader {
    static final int SECTION_HEADER = 0x0A0D0D0A;

    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;

    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int BLOCK_OVERHEAD = 12;
    private static final int TRAILER_LENGTH = 4;
    private static final int SECTION_HEADER_LENGTH = 28;
    private static final int INTERFACE_HEADER_LENGTH = 16;
    private static final int PACKET_HEADER_LENGTH = 28;
    private static final int SIMPLE_PACKET_HEADER_LENGTH = 12;
    /** Far more than a host has; keeps a hostile file from filling the memory. */
    private static final int MAX_INTERFACES = 4096;
    /** What is looked at of a packet's options: enough for a comment in front. */
    private static final int MAX_OPTIONS_LENGTH = 1 << 10;

    /** Room for every option that an interface can have. */
    private static final int MAX_INTERFACE_BLOCK_LENGTH = 1 << 17;

    private final CaptureInput input;
    private final List<PcapngInterface> interfaces = new ArrayList<>();
    private long blockLength;
    /** Bytes of the current block that are still to be stepped over, without its trailer; -1 outside of blocks. */
    private long blockRest = -1;

    private long lastTimestampNanos;
    private boolean supportedSeen;
    private int unsupportedLinkType = -1;

    PcapngReader(CaptureInput input) {
        this.input = input;
    }

    @Override
    public boolean next(Frame frame) throws CaptureException {
        while (true) {
            endBlock();
            int available = input.require(8);
            if (available < 8) {
                if (available > 0) {
                    throw input.cutShort();
                }
                if (unsupportedLinkType >= 0 && !supportedSeen) {
                    throw LinkType.unsupported(input.name(), unsupportedLinkType);
                }
                return false;
            }
            if (block(frame)) {
                return true;
            }
        }
    }

    /** Reads one block up to its trailer; true where it gave a frame. */
    private boolean block(Frame frame) throws CaptureException {
        int type = input.int32(input.position());
        if (type == SECTION_HEADER) {
            section();
            return false;
        }
        begin(type == ENHANCED_PACKET || type == PACKET ? PACKET_HEADER_LENGTH + TRAILER_LENGTH : BLOCK_OVERHEAD);
        switch (type) {
            case INTERFACE_DESCRIPTION -> interfaceDescription();
            case ENHANCED_PACKET -> {
                return packet(frame, input.uint32(need(PACKET_HEADER_LENGTH) + 8));
            }
            case PACKET -> {
                return packet(frame, input.uint16(need(PACKET_HEADER_LENGTH) + 8));
            }
            case SIMPLE_PACKET -> {
                return simplePacket(frame);
            }
            default -> {
                // Of no interest here: name resolution, statistics, secrets, comments.
            }
        }
        return false;
    }

    private void begin(int minLength) throws CaptureException {
        blockLength = input.uint32(input.position() + 4);
        if (blockLength < minLength || blockLength % 4 != 0) {
            throw input.damaged("a block of " + blockLength + " bytes");
        }
        blockRest = blockLength - TRAILER_LENGTH;
    }

    private void consume(int count) {
        input.consume(count);
        blockRest -= count;
    }

    private int need(int count) throws CaptureException {
        if (input.require(count) < count) {
            throw input.cutShort();
        }
        return input.position();
    }

    private void endBlock() throws CaptureException {
        if (blockRest < 0) {
            return;
        }
        if (!input.skip(blockRest) || input.require(TRAILER_LENGTH) < TRAILER_LENGTH) {
            throw input.cutShort();
        }
        if (input.uint32(input.position()) != blockLength) {
            throw input.damaged("a block whose two lengths differ");
        }
        input.consume(TRAILER_LENGTH);
        blockRest = -1;
    }

    private void section() throws CaptureException {
        int at = need(SECTION_HEADER_LENGTH - TRAILER_LENGTH);
        input.bigEndian(false);
        if (input.int32(at + 8) != BYTE_ORDER_MAGIC) {
            input.bigEndian(true);
            if (input.int32(at + 8) != BYTE_ORDER_MAGIC) {
                throw input.damaged("a section without byte order");
            }
        }
        int major = input.uint16(at + 12);
        if (major != 1) {
            throw new CaptureException(
                    CaptureException.Kind.BAD_DATA,
                    input.name() + " is of pcapng version " + major + "." + input.uint16(at + 14)
                            + "; this program reads version 1");
        }
        begin(SECTION_HEADER_LENGTH);
        interfaces.clear();
    }

    private void interfaceDescription() throws CaptureException {
        if (blockRest < INTERFACE_HEADER_LENGTH || blockRest > MAX_INTERFACE_BLOCK_LENGTH) {
            throw input.damaged("an interface description of " + blockLength + " bytes");
        }
        if (interfaces.size() == MAX_INTERFACES) {
            throw input.damaged("more than " + MAX_INTERFACES + " interfaces");
        }
        int at = need((int) blockRest);
        interfaces.add(PcapngInterface.read(input, at, at + (int) blockRest));
    }

    private boolean packet(Frame frame, long interfaceNumber) throws CaptureException {
        int at = input.position();
        PcapngInterface source = interfaceAt(interfaceNumber);
        long timestampNanos = source.toNanos(input.uint32(at + 12) << 32 | input.uint32(at + 16));
        long captured = input.uint32(at + 20);
        int original = input.int32(at + 24);
        consume(PACKET_HEADER_LENGTH);
        return frame(frame, source, timestampNanos, captured, original);
    }

    private boolean simplePacket(Frame frame) throws CaptureException {
        int at = need(SIMPLE_PACKET_HEADER_LENGTH);
        PcapngInterface source = interfaceAt(0);
        int original = input.int32(at + 8);
        consume(SIMPLE_PACKET_HEADER_LENGTH);
        long captured = Math.min(Integer.toUnsignedLong(original), blockRest);
        if (source.snapLength() > 0) {
            captured = Math.min(captured, source.snapLength());
        }
        return frame(frame, source, lastTimestampNanos, captured, original);
    }

    private PcapngInterface interfaceAt(long number) throws CaptureException {
        if (number >= interfaces.size()) {
            throw input.damaged("a packet of interface " + number + ", which is not described");
        }
        return interfaces.get((int) number);
    }

    /** @param captured bytes of the packet, padded to a multiple of four, with options behind them in most blocks */
    private boolean frame(Frame frame, PcapngInterface source, long timestampNanos, long captured, int original)
            throws CaptureException {
        if (captured > blockRest || captured > MAX_FRAME_LENGTH) {
            throw input.damaged("a packet of " + captured + " bytes in a block of " + blockLength);
        }
        if (!LinkType.isSupported(source.linkType())) {
            unsupportedLinkType = source.linkType();
            return false;
        }
        supportedSeen = true;
        lastTimestampNanos = timestampNanos;
        int padded = (int) Math.min(blockRest, (captured + 3) & ~3L);
        int options = (int) Math.min(blockRest - padded, MAX_OPTIONS_LENGTH);
        boolean whole = input.require(padded + options) == padded + options;
        int at = need((int) captured);
        frame.wrap(timestampNanos, source.linkType(), input.buffer(), at, (int) captured, original);
        if (whole) {
            frame.setProcessId(PacketComment.processId(input, at + padded, at + padded + options));
        }
        consume((int) captured);
        return true;
    }
}
