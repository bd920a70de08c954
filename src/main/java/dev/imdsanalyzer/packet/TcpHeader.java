package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.NetworkOrder.int32;
import static dev.imdsanalyzer.packet.NetworkOrder.uint16;
import static dev.imdsanalyzer.packet.NetworkOrder.uint8;

/**
 * View of a TCP header, RFC 9293 section 3.1.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |          Source Port          |       Destination Port        |  0
 * +-------------------------------+-------------------------------+
 * |                        Sequence Number                        |  4
 * +---------------------------------------------------------------+
 * |                    Acknowledgment Number                      |  8
 * +-------+-------+---------------+-------------------------------+
 * | Offset| Rsrvd |     Flags     |            Window             | 12
 * +-------+-------+---------------+-------------------------------+
 * |           Checksum            |         Urgent Pointer        | 16
 * +-------------------------------+-------------------------------+
 * |                 Options, 0 to 40 bytes                        | 20
 * +---------------------------------------------------------------+
 * </pre>
 */
final class TcpHeader {
    static final int PROTOCOL = 6;
    static final int MIN_LENGTH = 20;
    /** Ports and sequence number: what an ICMP error is sure to quote (RFC 792). */
    static final int QUOTED_LENGTH = 8;

    private static final int DESTINATION_PORT_OFFSET = 2;
    private static final int SEQUENCE_NUMBER_OFFSET = 4;
    private static final int ACKNOWLEDGMENT_NUMBER_OFFSET = 8;
    private static final int DATA_OFFSET_OFFSET = 12;
    private static final int FLAGS_OFFSET = 13;
    private static final int WINDOW_OFFSET = 14;
    private static final int CHECKSUM_OFFSET = 16;
    private static final int URGENT_POINTER_OFFSET = 18;

    private byte[] buffer = new byte[0];
    private int offset;

    /** Looks at a header; the caller knows that the bytes it will ask for are there. */
    TcpHeader wrap(byte[] buffer, int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    int sourcePort() {
        return uint16(buffer, offset);
    }

    int destinationPort() {
        return uint16(buffer, offset + DESTINATION_PORT_OFFSET);
    }

    int sequenceNumber() {
        return int32(buffer, offset + SEQUENCE_NUMBER_OFFSET);
    }

    int acknowledgmentNumber() {
        return int32(buffer, offset + ACKNOWLEDGMENT_NUMBER_OFFSET);
    }

    /** Header with options, 20 to 60 bytes in a header that is right. */
    int headerLength() {
        return uint8(buffer, offset + DATA_OFFSET_OFFSET) >>> 4 << 2;
    }

    /** CWR, ECE, URG, ACK, PSH, RST, SYN, FIN from high to low. */
    int flags() {
        return uint8(buffer, offset + FLAGS_OFFSET);
    }

    int window() {
        return uint16(buffer, offset + WINDOW_OFFSET);
    }

    int checksum() {
        return uint16(buffer, offset + CHECKSUM_OFFSET);
    }

    int urgentPointer() {
        return uint16(buffer, offset + URGENT_POINTER_OFFSET);
    }
}
