package dev.imdsanalyzer.capture;

/**
 * One interface of a pcapng section: its link type and its clock.
 *
 * <p>Options, draft-ietf-opsawg-pcapng sections 3.5 and 4.2: code 2 bytes, length 2 bytes, value padded to 4 bytes.
 * if_tsresol (9, one byte) is the clock's resolution: a negative power of 10, or of 2 where its high bit is set.
 * if_tsoffset (14, eight bytes) is added to the time, in seconds.
 */
final class PcapngInterface {
    private static final int OPTIONS_OFFSET = 16;
    private static final int END_OF_OPTIONS = 0;
    private static final int TIMESTAMP_RESOLUTION = 9;
    private static final int TIMESTAMP_OFFSET = 14;

    private static final int BINARY = 0x80;
    private static final int DEFAULT_RESOLUTION = 6;
    private static final int NANO_RESOLUTION = 9;
    /** 10 to the power of this still fits a long. */
    private static final int LARGEST_POWER = 18;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** Bits of a binary fraction that can be multiplied by a billion without overflow. */
    private static final int FRACTION_BITS = 30;

    private final int linkType;
    private final long snapLength;
    private final boolean binary;
    private final int resolution;
    private final long factor;
    private final long offsetNanos;

    private PcapngInterface(int linkType, long snapLength, int resolution, long offsetSeconds) {
        this.linkType = linkType;
        this.snapLength = snapLength;
        this.binary = (resolution & BINARY) != 0;
        this.resolution = resolution & ~BINARY;
        this.factor = powerOfTen(Math.abs(NANO_RESOLUTION - this.resolution));
        this.offsetNanos = offsetSeconds * NANOS_PER_SECOND;
    }

    /** Reads an interface description block from its start up to {@code end}. */
    static PcapngInterface read(CaptureInput input, int start, int end) {
        int resolution = DEFAULT_RESOLUTION;
        long offsetSeconds = 0;
        int at = start + OPTIONS_OFFSET;
        while (at + 4 <= end) {
            int code = input.uint16(at);
            int length = input.uint16(at + 2);
            if (code == END_OF_OPTIONS || at + 4 + length > end) {
                break;
            }
            if (code == TIMESTAMP_RESOLUTION && length == 1) {
                resolution = input.uint8(at + 4);
            } else if (code == TIMESTAMP_OFFSET && length == 8) {
                offsetSeconds = input.int64(at + 4);
            }
            at += 4 + ((length + 3) & ~3);
        }
        return new PcapngInterface(input.uint16(start + 8), input.uint32(start + 12), resolution, offsetSeconds);
    }

    int linkType() {
        return linkType;
    }

    /** Bytes that were kept of each frame; 0 for all of them. */
    long snapLength() {
        return snapLength;
    }

    /** From this interface's units to nanoseconds since 1970. */
    long toNanos(long units) {
        return offsetNanos + (binary ? binaryToNanos(units) : decimalToNanos(units));
    }

    private long decimalToNanos(long units) {
        return resolution <= NANO_RESOLUTION ? units * factor : Long.divideUnsigned(units, factor);
    }

    private long binaryToNanos(long units) {
        if (resolution >= Long.SIZE) {
            return 0;
        }
        long seconds = units >>> resolution;
        long fraction = units - (seconds << resolution);
        int bits = resolution;
        if (bits > FRACTION_BITS) {
            fraction >>>= bits - FRACTION_BITS;
            bits = FRACTION_BITS;
        }
        return seconds * NANOS_PER_SECOND + ((fraction * NANOS_PER_SECOND) >>> bits);
    }

    private static long powerOfTen(int exponent) {
        long power = 1;
        for (int i = 0; i < Math.min(exponent, LARGEST_POWER); i++) {
            power *= 10;
        }
        return power;
    }
}
