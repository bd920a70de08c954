package dev.imdsanalyzer.capture;

/**
 * View of one captured frame.
 *
 * <p>The bytes belong to the {@link FrameSource} and are valid only during {@link FrameHandler#onFrame}; who wants to
 * keep them copies them. One instance serves a source for its whole life.
 */
public final class Frame {
    private long timestampNanos;
    private int linkType;
    private byte[] buffer = new byte[0];
    private int offset;
    private int capturedLength;
    private int originalLength;
    private boolean checksumNotReady;
    private boolean checksumValid;
    private int processId = -1;

    /**
     * Points this view at a frame.
     *
     * @param timestampNanos capture time, nanoseconds since 1970-01-01T00:00:00Z
     * @param linkType a LINKTYPE_ value of the pcap file format (1 Ethernet, 113 Linux cooked v1, 276 Linux cooked v2,
     *     101 raw IP, 0 BSD loopback, 108 OpenBSD loopback, 228 and 229 raw IPv4 and IPv6)
     * @param offset index of the frame's first byte in {@code buffer}
     * @param capturedLength bytes that are there, 0 or more; {@code offset + capturedLength} lies within the buffer
     * @param originalLength bytes that the frame had on the wire; may be larger than {@code capturedLength}
     */
    public Frame wrap(
            long timestampNanos, int linkType, byte[] buffer, int offset, int capturedLength, int originalLength) {
        this.timestampNanos = timestampNanos;
        this.linkType = linkType;
        this.buffer = buffer;
        this.offset = offset;
        this.capturedLength = capturedLength;
        this.originalLength = originalLength;
        checksumNotReady = false;
        checksumValid = false;
        processId = -1;
        return this;
    }

    /** Whose frame it is, as the capture says; -1 where it does not. */
    public int processId() {
        return processId;
    }

    void setProcessId(int newProcessId) {
        processId = newProcessId;
    }

    /** Points this view at more of the same frame: the buffer from its first byte to its end. */
    void replaceBytes(byte[] bytes) {
        buffer = bytes;
        offset = 0;
        capturedLength = bytes.length;
    }

    /**
     * Takes down what the kernel says of the TCP checksum; {@link #wrap} forgets it.
     *
     * @param notReady whether the sum was left to the device: what stands in the packet is a part of it
     * @param valid whether the device or the kernel found it right
     */
    public Frame checksum(boolean notReady, boolean valid) {
        checksumNotReady = notReady;
        checksumValid = valid;
        return this;
    }

    public long timestampNanos() {
        return timestampNanos;
    }

    public int linkType() {
        return linkType;
    }

    public byte[] buffer() {
        return buffer;
    }

    public int offset() {
        return offset;
    }

    public int capturedLength() {
        return capturedLength;
    }

    public int originalLength() {
        return originalLength;
    }

    /**
     * Whether the TCP checksum was left to the network device, or to nobody, as between two namespaces of one host: what
     * stands in the packet is the sum of the pseudo-header alone, and no sign of damage. Always false in a file.
     */
    public boolean checksumNotReady() {
        return checksumNotReady;
    }

    /** Whether the device or the kernel found the TCP checksum right. False where nobody looked, and always in a file. */
    public boolean checksumValid() {
        return checksumValid;
    }
}
