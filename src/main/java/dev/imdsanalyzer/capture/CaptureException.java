package dev.imdsanalyzer.capture;

/** A source that cannot be opened or read. The message is one line that says what is wrong and what to do. */
public final class CaptureException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is; the command line turns it into an exit code. */
    public enum Kind {
        /** libpcap is missing, or the device is gone or unknown. */
        UNAVAILABLE,
        /** The caller lacks a capability or a file permission. */
        NO_PERMISSION,
        /** There is no such file. */
        NO_INPUT,
        /** The file is no capture, or it is damaged or cut short. */
        BAD_DATA
    }

    private final Kind kind;

    public CaptureException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public CaptureException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
