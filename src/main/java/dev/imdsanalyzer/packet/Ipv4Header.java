package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.NetworkOrder.int32;
import static dev.imdsanalyzer.packet.NetworkOrder.uint16;
import static dev.imdsanalyzer.packet.NetworkOrder.uint8;

/**
 * View of an IPv4 header, RFC 791 section 3.1.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---------------+-------------------------------+
 * |Version|  IHL  |Type of Service|          Total Length         |  0
 * +-------+-------+---------------+-----+-------------------------+
 * |         Identification        |Flags|      Fragment Offset    |  4
 * +---------------+---------------+-----+-------------------------+
 * |  Time to Live |    Protocol   |         Header Checksum       |  8
 * +---------------+---------------+-------------------------------+
 * |                       Source Address                          | 12
 * +---------------------------------------------------------------+
 * |                    Destination Address                        | 16
 * +---------------------------------------------------------------+
 * |                 Options, 0 to 40 bytes                        | 20
 * +---------------------------------------------------------------+
 * </pre>
 */
final class Ipv4Header {
    static final int MIN_LENGTH = 20;

    private static final int TOTAL_LENGTH_OFFSET = 2;
    private static final int IDENTIFICATION_OFFSET = 4;
    private static final int FRAGMENT_OFFSET = 6;
    private static final int TIME_TO_LIVE_OFFSET = 8;
    private static final int PROTOCOL_OFFSET = 9;
    private static final int CHECKSUM_OFFSET = 10;
    private static final int SOURCE_OFFSET = 12;
    private static final int DESTINATION_OFFSET = 16;

    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET_MASK = 0x1FFF;

    private byte[] buffer = new byte[0];
    private int offset;

    /**
     * Looks at a header.
     *
     * @param capturedLength bytes from {@code offset} on that are there
     * @return false where that is no IPv4 header with all its options
     */
    boolean wrap(byte[] buffer, int offset, int capturedLength) {
        this.buffer = buffer;
        this.offset = offset;
        return capturedLength >= MIN_LENGTH
                && uint8(buffer, offset) >>> 4 == 4
                && headerLength() >= MIN_LENGTH
                && headerLength() <= capturedLength;
    }

    /** 20 to 60 bytes in a header that is right. */
    int headerLength() {
        return (uint8(buffer, offset) & 0x0F) << 2;
    }

    /** Header and payload in bytes; 0 in a super-segment of 64 KiB and more that the network card is to cut. */
    int totalLength() {
        return uint16(buffer, offset + TOTAL_LENGTH_OFFSET);
    }

    int identification() {
        return uint16(buffer, offset + IDENTIFICATION_OFFSET);
    }

    boolean moreFragments() {
        return (uint16(buffer, offset + FRAGMENT_OFFSET) & MORE_FRAGMENTS) != 0;
    }

    /** Where this fragment's payload starts in the whole packet's, in bytes: 0 to 65528. */
    int fragmentOffset() {
        return (uint16(buffer, offset + FRAGMENT_OFFSET) & FRAGMENT_OFFSET_MASK) << 3;
    }

    int timeToLive() {
        return uint8(buffer, offset + TIME_TO_LIVE_OFFSET);
    }

    /** A number of the IANA registry "Protocol Numbers" (RFC 5237). */
    int protocol() {
        return uint8(buffer, offset + PROTOCOL_OFFSET);
    }

    /** Whether the header's own sum is right; zero where the sender left it to the network card. */
    Checksum checksum() {
        return ChecksumVerifier.ofIpv4Header(buffer, offset, headerLength(), uint16(buffer, offset + CHECKSUM_OFFSET));
    }

    int source() {
        return int32(buffer, offset + SOURCE_OFFSET);
    }

    int destination() {
        return int32(buffer, offset + DESTINATION_OFFSET);
    }
}
