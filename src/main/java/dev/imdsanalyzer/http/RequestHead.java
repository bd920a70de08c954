package dev.imdsanalyzer.http;

/** A request line and its fields; valid only during the callback that hands it over. */
public interface RequestHead extends Fields {
    int methodOffset();

    int methodLength();

    /** Offset of the request target as sent: origin-form, absolute-form, authority-form or asterisk-form. */
    int targetOffset();

    int targetLength();

    /**
     * 0 for HTTP/1.0, 1 for HTTP/1.1; 9 for a request line without a version (HTTP/0.9); -1 for one with a version that is
     * no HTTP/1.
     */
    int minorVersion();

    /** The first thing in it that breaks the rules of HTTP; null if there is none. */
    Anomaly oddity();

    /** Where in {@link #buffer} these bytes of the head begin: its first byte, or, past the limit, a line's. */
    int headOffset();

    /** How many bytes of the head these are, the last line end included. */
    int headLength();
}
