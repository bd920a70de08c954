package dev.imdsanalyzer.capture;

/** A source that cannot be opened or read. The message is one line that says what is wrong and what to do. */
public final class CaptureException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is; the command line turns it into an exit code. */
    public enum Kind {
        /** The kernel has no packet sockets, or the device is gone or unknown. */
        UNAVAILABLE,
        /** The caller lacks a capability or a file permission. */
        NO_PERMISSION,
        /** There is no such file. */
        NO_INPUT,
        /** The file is no capture, or it is damaged or cut short. */
        BAD_DATA
    }

    private final Kind kind;
    private final boolean deviceMayCome;

    public CaptureException(Kind kind, String message) {
        this(kind, message, null, false);
    }

    public CaptureException(Kind kind, String message, Throwable cause) {
        this(kind, message, cause, false);
    }

    private CaptureException(Kind kind, String message, Throwable cause, boolean deviceMayCome) {
        super(message, cause);
        this.kind = kind;
        this.deviceMayCome = deviceMayCome;
    }

    /** For a device that does not exist, or is down. */
    static CaptureException absent(String message, Throwable cause) {
        return new CaptureException(Kind.UNAVAILABLE, message, cause, true);
    }

    /** Whether it is only that the device is not there, or down: at boot it may come a moment later. */
    public boolean deviceMayCome() {
        return deviceMayCome;
    }

    public Kind kind() {
        return kind;
    }
}
