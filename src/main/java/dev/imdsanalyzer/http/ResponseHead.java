package dev.imdsanalyzer.http;

/** A status line and its fields; valid only during the callback that hands it over. */
public interface ResponseHead extends Fields {
    /** 100 to 999. */
    int statusCode();

    int minorVersion();
}
