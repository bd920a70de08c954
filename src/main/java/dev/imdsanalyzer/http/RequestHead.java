package dev.imdsanalyzer.http;

/** A request line and its fields; valid only during the callback that hands it over. */
public interface RequestHead extends Fields {
    int methodOffset();

    int methodLength();

    /** Offset of the request target as sent: origin-form, absolute-form, authority-form or asterisk-form. */
    int targetOffset();

    int targetLength();

    /** 0 for HTTP/1.0, 1 for HTTP/1.1; 9 for a request line without a version (HTTP/0.9). */
    int minorVersion();
}
