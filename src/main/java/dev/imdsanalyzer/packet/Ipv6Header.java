package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.NetworkOrder.int32;
import static dev.imdsanalyzer.packet.NetworkOrder.int64;
import static dev.imdsanalyzer.packet.NetworkOrder.uint16;
import static dev.imdsanalyzer.packet.NetworkOrder.uint8;

/**
 * View of an IPv6 header and the extension headers behind it, RFC 8200 sections 3 and 4.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+---------------+---------------------------------------+
 * |Version| Traffic Class |               Flow Label              |  0
 * +-------+---------------+-------+---------------+---------------+
 * |         Payload Length        |  Next Header  |   Hop Limit   |  4
 * +-------------------------------+---------------+---------------+
 * |                     Source Address, 16 bytes                  |  8
 * +---------------------------------------------------------------+
 * |                  Destination Address, 16 bytes                | 24
 * +---------------------------------------------------------------+
 *
 * Extension header:      0 next header   1 length
 *   hop-by-hop, routing, destination options: (length + 1) * 8 bytes
 *   authentication header (RFC 4302 section 2): (length + 2) * 4 bytes
 *
 * Fragment header, 8 bytes (RFC 8200 section 4.5):
 * +---------------+---------------+-------------------------+---+-+
 * |  Next Header  |    Reserved   |      Fragment Offset    |Res|M|  0
 * +---------------+---------------+-------------------------+---+-+
 * |                         Identification                        |  4
 * +---------------------------------------------------------------+
 * </pre>
 */
final class Ipv6Header {
    static final int LENGTH = 40;

    private static final int PAYLOAD_LENGTH_OFFSET = 4;
    private static final int NEXT_HEADER_OFFSET = 6;
    private static final int HOP_LIMIT_OFFSET = 7;
    private static final int SOURCE_OFFSET = 8;
    private static final int DESTINATION_OFFSET = 24;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;

    private static final int FRAGMENT_LENGTH = 8;
    /** RFC 8200 section 4.1 knows seven at most in one packet. */
    private static final int MAX_EXTENSION_HEADERS = 8;

    private byte[] buffer = new byte[0];
    private int offset;

    private int upperProtocol;
    private int upperOffset;
    /** Index of the fragment header; -1 where there is none. */
    private int fragmentHeader = -1;

    /**
     * Looks at a header.
     *
     * @param capturedLength bytes from {@code offset} on that are there
     * @return false where that is no IPv6 header
     */
    boolean wrap(byte[] buffer, int offset, int capturedLength) {
        this.buffer = buffer;
        this.offset = offset;
        fragmentHeader = -1;
        return capturedLength >= LENGTH && uint8(buffer, offset) >>> 4 == 6;
    }

    /**
     * Walks the extension headers up to the upper-layer header, or up to and with a fragment header.
     *
     * @param end index after the last byte that is there
     * @return false where they do not fit, or are too many
     */
    boolean walk(int end) {
        return walk(buffer, uint8(buffer, offset + NEXT_HEADER_OFFSET), offset + LENGTH, end);
    }

    /** The same for the headers that start at {@code from}, such as in a packet made whole from its fragments. */
    boolean walk(byte[] bytes, int nextHeader, int from, int end) {
        int next = nextHeader;
        int at = from;
        fragmentHeader = -1;
        for (int headers = 0; headers <= MAX_EXTENSION_HEADERS; headers++) {
            if (!isExtension(next)) {
                upperProtocol = next;
                upperOffset = at;
                return true;
            }
            if (at + FRAGMENT_LENGTH > end) {
                return false;
            }
            int current = next;
            next = uint8(bytes, at);
            if (current == FRAGMENT) {
                fragmentHeader = at;
                upperProtocol = next;
                upperOffset = at + FRAGMENT_LENGTH;
                return true;
            }
            int units = uint8(bytes, at + 1);
            at += current == AUTHENTICATION ? (units + 2) << 2 : (units + 1) << 3;
            if (at > end) {
                return false;
            }
        }
        return false;
    }

    private static boolean isExtension(int nextHeader) {
        return switch (nextHeader) {
            case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS -> true;
            default -> false;
        };
    }

    /** Bytes after this header; 0 in a jumbogram (RFC 2675) and in a super-segment of over 64 KiB. */
    int payloadLength() {
        return uint16(buffer, offset + PAYLOAD_LENGTH_OFFSET);
    }

    /** Whether the walk passed extension headers, other than the one of a fragment. */
    boolean hasExtensionHeaders() {
        return upperOffset != offset + LENGTH + (hasFragmentHeader() ? FRAGMENT_LENGTH : 0);
    }

    int hopLimit() {
        return uint8(buffer, offset + HOP_LIMIT_OFFSET);
    }

    long sourceHigh() {
        return int64(buffer, offset + SOURCE_OFFSET);
    }

    long sourceLow() {
        return int64(buffer, offset + SOURCE_OFFSET + 8);
    }

    long destinationHigh() {
        return int64(buffer, offset + DESTINATION_OFFSET);
    }

    long destinationLow() {
        return int64(buffer, offset + DESTINATION_OFFSET + 8);
    }

    /** Protocol after the last header that was walked over. */
    int upperProtocol() {
        return upperProtocol;
    }

    /** Index of the first byte after the last header that was walked over. */
    int upperOffset() {
        return upperOffset;
    }

    /** Whether the walk ended at a fragment header. */
    boolean hasFragmentHeader() {
        return fragmentHeader >= 0;
    }

    /** Where this fragment's payload starts in the whole packet's, in bytes: 0 to 65528. */
    int fragmentOffset() {
        return uint16(buffer, fragmentHeader + 2) & 0xFFF8;
    }

    boolean moreFragments() {
        return (uint16(buffer, fragmentHeader + 2) & 1) != 0;
    }

    int identification() {
        return int32(buffer, fragmentHeader + 4);
    }
}
