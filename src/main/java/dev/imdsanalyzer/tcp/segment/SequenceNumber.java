package dev.imdsanalyzer.tcp.segment;

/**
 * Arithmetic on sequence numbers: unsigned 32-bit values that wrap around (RFC 9293 section 3.4). Right as long as the
 * two are less than 2^31 apart.
 */
public final class SequenceNumber {
    private SequenceNumber() {}

    /** How far {@code to} lies behind {@code from} in the stream; negative if it lies before it. */
    public static int distance(int from, int to) {
        return to - from;
    }

    public static boolean isBefore(int sequenceNumber, int other) {
        return distance(other, sequenceNumber) < 0;
    }

    /** The one that comes first in the stream. */
    public static int first(int sequenceNumber, int other) {
        return isBefore(sequenceNumber, other) ? sequenceNumber : other;
    }

    /** The one that comes last in the stream. */
    public static int last(int sequenceNumber, int other) {
        return isBefore(sequenceNumber, other) ? other : sequenceNumber;
    }
}
