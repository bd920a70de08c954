package dev.imdsanalyzer.tcp;

/** Which of a connection's two byte streams. */
public enum Direction {
    /** From the client to IMDS: requests. */
    REQUEST,
    /** From IMDS to the client: responses. */
    RESPONSE
}
