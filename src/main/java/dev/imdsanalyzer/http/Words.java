package dev.imdsanalyzer.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight bytes of a buffer at a time, as one little-endian long, and questions to all of them at once (after the tests for
 * small bytes of Bit Twiddling Hacks). An answer has the top bit of each byte set for which it is yes. A yes may spill over
 * into the bytes behind it, which does no harm to who asks for the first only.
 *
 * <p>Every answer is also yes for DEL and for the bytes above it: rare in heads, and cheap to ask for with the rest.
 *
 * <p>Words lie at multiples of eight: only there the compilers of all levels make a single load of it. The methods are
 * small so that C1, too, inlines them (35 bytes of code).
 */
final class Words {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long TOP_BITS = 0x8080808080808080L;
    private static final long SPACES = 0x20 * ONES;
    private static final long AFTER_SPACES = 0x21 * ONES;
    private static final long COLONS = ':' * ONES;

    private Words() {}

    /**
     * The eight bytes from {@code position} on, the first in the lowest bits; zeros, which are control bytes, behind the
     * end of the buffer.
     */
    static long at(byte[] buffer, int position) {
        int missing = position + Long.BYTES - buffer.length;
        return missing <= 0 ? (long) LONGS.get(buffer, position) : atEnd(buffer, missing);
    }

    private static long atEnd(byte[] buffer, int missing) {
        if (buffer.length >= Long.BYTES) {
            return (long) LONGS.get(buffer, buffer.length - Long.BYTES) >>> (Byte.SIZE * missing);
        }
        long word = 0;
        for (int i = buffer.length - 1; i >= 0; i--) {
            word = (word << Byte.SIZE) | (buffer[i] & 0xff);
        }
        return word;
    }

    /** Which bytes are control bytes. */
    static long controls(long word) {
        return ((word - SPACES) | (word + ONES)) & TOP_BITS;
    }

    /** Which bytes are control bytes, spaces or colons. */
    static long controlsSpacesAndColons(long word) {
        return ((word - AFTER_SPACES) | (word + ONES) | ((word ^ COLONS) - ONES)) & TOP_BITS;
    }

    /** Which bytes are control bytes or spaces. */
    static long controlsAndSpaces(long word) {
        return ((word - AFTER_SPACES) | (word + ONES)) & TOP_BITS;
    }

    /** Bits of a word that begins at or before {@code position}, less than eight before, from that byte on. */
    static long from(int position) {
        return -1L << (position << 3);
    }

    /** The first byte for which the answer, of which there is one, is yes; 0 to 7. */
    static int first(long answer) {
        // Long.numberOfTrailingZeros is one instruction for C2, but a dozen and two branches for C1.
        return (int) ((((((answer & -answer) - 1) & ONES) * ONES) >>> 56) - 1);
    }
}
