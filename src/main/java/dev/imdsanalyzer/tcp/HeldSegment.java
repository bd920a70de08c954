package dev.imdsanalyzer.tcp;

/** A copy of a part of a segment that cannot be delivered yet. Used again and again: see {@link BufferBudget}. */
final class HeldSegment {
    HeldSegment previous;
    HeldSegment next;

    int sequenceNumber;

    /** Bytes that are here, from {@link #bytes}'s start; {@link #missingLength} bytes that nobody has follow them. */
    int capturedLength;

    int missingLength;

    /** Borrowed; null if there are none. */
    byte[] bytes;

    /** How far its sender had received the other stream; bytes from before that come first. */
    int acknowledgmentNumber;

    boolean acknowledges;
    long timestampNanos;

    /** The sequence number behind its last byte. */
    int end() {
        return sequenceNumber + capturedLength + missingLength;
    }
}
