package dev.imdsanalyzer.http;

/** A status line and its fields; valid only during the callback that hands it over. */
public interface ResponseHead extends Fields {
    /** 100 to 999. */
    int statusCode();

    int minorVersion();

    /** Whether all its fields are there; if not, the bytes with them were lost, and there are none. */
    boolean isWhole();
}
