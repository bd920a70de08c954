package dev.imdsanalyzer.capture;

/**
 * How to capture from a device.
 *
 * @param device a network interface's name, or {@link #ANY} for all of them at once, present and future
 * @param ringBytes memory that the kernel shares with this process for frames not yet read; all of it is resident.
 *     256 KiB to 1 GiB
 * @param snapLength bytes kept of one frame at most, 256 to 65535
 */
public record CaptureSettings(String device, int ringBytes, int snapLength) {
    public static final String ANY = "any";
    public static final int DEFAULT_RING_BYTES = 5 << 20;
    public static final int MIN_RING_BYTES = 256 << 10;
    public static final int MAX_RING_BYTES = 1 << 30;
    /**
     * Twice the longest answer of IMDS (16 KiB of user data), which may arrive as one super-segment. With the kernel's
     * bookkeeping a slot for it takes 32 KiB, so that some dozens of them fit the default ring. Without the link's header.
     */
    public static final int DEFAULT_SNAP_LENGTH = 32_640;

    public static final int MIN_SNAP_LENGTH = 256;
    public static final int MAX_SNAP_LENGTH = 65_535;

    public CaptureSettings {
        if (device.isEmpty()) {
            throw new IllegalArgumentException("a device needs a name");
        }
        if (ringBytes < MIN_RING_BYTES || ringBytes > MAX_RING_BYTES) {
            throw new IllegalArgumentException(
                    "ringBytes " + ringBytes + " is outside " + MIN_RING_BYTES + " to " + MAX_RING_BYTES);
        }
        if (snapLength < MIN_SNAP_LENGTH || snapLength > MAX_SNAP_LENGTH) {
            throw new IllegalArgumentException(
                    "snapLength " + snapLength + " is outside " + MIN_SNAP_LENGTH + " to " + MAX_SNAP_LENGTH);
        }
    }

    /** The device with the defaults for everything else. */
    public static CaptureSettings of(String device) {
        return new CaptureSettings(device, DEFAULT_RING_BYTES, DEFAULT_SNAP_LENGTH);
    }

    boolean isAny() {
        return device.equals(ANY);
    }
}
