package dev.imdsanalyzer.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of all 16-bit words.
 *
 * <p>Sums here are of 32-bit words and folded at the end, which comes to the same.
 */
final class ChecksumVerifier {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int ALL_ONES = 0xFFFF;

    private ChecksumVerifier() {}

    /**
     * Judges a segment.
     *
     * @param pseudoHeader sum of the addresses and the protocol, without the length (RFC 9293 section 3.1)
     * @param length of header and payload in bytes, all of which are there
     * @param told the sum in its header
     */
    static Checksum ofSegment(long pseudoHeader, byte[] buffer, int offset, int length, int told) {
        long addresses = pseudoHeader + length;
        if (fold(addresses + sum(buffer, offset, length)) == ALL_ONES) {
            return Checksum.RIGHT;
        }
        // Linux leaves the sum with the length (__tcp_v4_send_check), others the one without it for large segments.
        return told == 0 || isSame(told, fold(addresses)) || isSame(told, fold(pseudoHeader))
                ? Checksum.LEFT_TO_DEVICE
                : Checksum.WRONG;
    }

    /** Judges an IPv4 header of {@code length} bytes. */
    static Checksum ofIpv4Header(byte[] buffer, int offset, int length, int told) {
        if (fold(sum(buffer, offset, length)) == ALL_ONES) {
            return Checksum.RIGHT;
        }
        return told == 0 ? Checksum.LEFT_TO_DEVICE : Checksum.WRONG;
    }

    /** Of that many bytes as big-endian words, padded with a zero byte where their number is odd. */
    static long sum(byte[] buffer, int offset, int length) {
        long sum = 0;
        int next = offset;
        int end = offset + length;
        for (; next <= end - Integer.BYTES; next += Integer.BYTES) {
            sum += (int) INTS.get(buffer, next) & 0xFFFFFFFFL;
        }
        for (int shift = 24; next < end; next++, shift -= Byte.SIZE) {
            sum += (buffer[next] & 0xFFL) << shift;
        }
        return sum;
    }

    /** To 16 bits, with end-around carry. */
    static int fold(long sum) {
        long folded = (sum & 0xFFFFFFFFL) + (sum >>> 32);
        folded = (folded & 0xFFFF) + (folded >>> 16);
        folded = (folded & 0xFFFF) + (folded >>> 16);
        return (int) ((folded & 0xFFFF) + (folded >>> 16));
    }

    /** Zero has two forms in ones' complement. */
    private static boolean isSame(int sum, int other) {
        return sum % ALL_ONES == other % ALL_ONES;
    }
}
