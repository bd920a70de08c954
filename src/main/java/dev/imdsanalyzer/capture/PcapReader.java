package dev.imdsanalyzer.capture;

/**
 * Reads the pcap format.
 *
 * <pre>
 * File header, 24 bytes                        Record header, 16 bytes
 *  0 magic number                     4         0 seconds since 1970, unsigned        4
 *  4 major version, 2                 2         4 microseconds or nanoseconds         4
 *  6 minor version, 4                 2         8 captured length                     4
 *  8 reserved                         8        12 original length                     4
 * 16 snap length                      4        16 captured bytes; in "modified" files
 * 20 link type, low 26 bits           4           8 bytes of interface data before them
 * </pre>
 *
 * <p>The magic number tells byte order and resolution: a1b2c3d4 for microseconds, a1b23c4d for nanoseconds, a1b2cd34
 * for the modified format of old Linux patches.
 *
 * <p>Source: draft-ietf-opsawg-pcap, pcap-savefile(5).
 */
final class PcapReader implements FrameReader {
    static final int MAGIC_MICROS = 0xA1B2C3D4;
    static final int MAGIC_NANOS = 0xA1B23C4D;
    static final int MAGIC_MODIFIED = 0xA1B2CD34;

    private static final int FILE_HEADER_LENGTH = 24;
    private static final int VERSION_OFFSET = 4;
    private static final int MINOR_VERSION_OFFSET = 6;
    private static final int LINK_TYPE_OFFSET = 20;
    private static final int LINK_TYPE_MASK = 0x03FFFFFF;

    private static final int RECORD_HEADER_LENGTH = 16;
    private static final int MODIFIED_RECORD_HEADER_LENGTH = 24;
    private static final int FRACTION_OFFSET = 4;
    private static final int CAPTURED_LENGTH_OFFSET = 8;
    private static final int ORIGINAL_LENGTH_OFFSET = 12;

    private final CaptureInput input;
    private final int linkType;
    private final int nanosPerFraction;
    private final int recordHeaderLength;

    private PcapReader(CaptureInput input, int linkType, int nanosPerFraction, int recordHeaderLength) {
        this.input = input;
        this.linkType = linkType;
        this.nanosPerFraction = nanosPerFraction;
        this.recordHeaderLength = recordHeaderLength;
    }

    static boolean isMagic(int littleEndian) {
        return isMagicInOrder(littleEndian) || isMagicInOrder(Integer.reverseBytes(littleEndian));
    }

    private static boolean isMagicInOrder(int magic) {
        return magic == MAGIC_MICROS || magic == MAGIC_NANOS || magic == MAGIC_MODIFIED;
    }

    /** Reads the file header. */
    static PcapReader open(CaptureInput input) throws CaptureException {
        if (input.require(FILE_HEADER_LENGTH) < FILE_HEADER_LENGTH) {
            throw new CaptureException(
                    CaptureException.Kind.BAD_DATA,
                    input.name() + " ends inside its file header: nothing was captured");
        }
        int at = input.position();
        input.bigEndian(false);
        input.bigEndian(!isMagicInOrder(input.int32(at)));
        int magic = input.int32(at);
        int major = input.uint16(at + VERSION_OFFSET);
        int minor = input.uint16(at + MINOR_VERSION_OFFSET);
        if (major != 2 || minor != 4) {
            throw new CaptureException(
                    CaptureException.Kind.BAD_DATA,
                    input.name() + " is of pcap version " + major + "." + minor + "; this program reads version 2.4");
        }
        int linkType = input.int32(at + LINK_TYPE_OFFSET) & LINK_TYPE_MASK;
        if (!LinkType.isSupported(linkType)) {
            throw LinkType.unsupported(input.name(), linkType);
        }
        input.consume(FILE_HEADER_LENGTH);
        return new PcapReader(
                input,
                linkType,
                magic == MAGIC_NANOS ? 1 : 1000,
                magic == MAGIC_MODIFIED ? MODIFIED_RECORD_HEADER_LENGTH : RECORD_HEADER_LENGTH);
    }

    @Override
    public boolean next(Frame frame) throws CaptureException {
        int available = input.require(recordHeaderLength);
        if (available < recordHeaderLength) {
            if (available == 0) {
                return false;
            }
            throw input.cutShort();
        }
        int at = input.position();
        int captured = input.int32(at + CAPTURED_LENGTH_OFFSET);
        if (captured < 0 || captured > MAX_FRAME_LENGTH) {
            throw input.damaged("a record of " + Integer.toUnsignedString(captured) + " bytes");
        }
        int length = recordHeaderLength + captured;
        if (input.require(length) < length) {
            throw input.cutShort();
        }
        at = input.position();
        long timestampNanos = input.uint32(at) * 1_000_000_000L + input.uint32(at + FRACTION_OFFSET) * nanosPerFraction;
        frame.wrap(
                timestampNanos,
                linkType,
                input.buffer(),
                at + recordHeaderLength,
                captured,
                input.int32(at + ORIGINAL_LENGTH_OFFSET));
        input.consume(length);
        return true;
    }
}
