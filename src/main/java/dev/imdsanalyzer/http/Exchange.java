package dev.imdsanalyzer.http;

import dev.imdsanalyzer.tcp.Connection;

/** One request and its response, as far as either was seen. Confined to the capture thread. */
public interface Exchange {
    /** How an exchange ended. */
    enum End {
        /** The response was seen whole, or as much of it as there was when its connection closed. */
        ANSWERED,
        /** The response's head was seen; bytes after it are missing. */
        ANSWERED_IN_PART,
        /** The connection closed before a response was seen. */
        CLOSED_UNANSWERED,
        /** No response within the bounded wait; the connection may still be open. */
        TIMED_OUT,
        /** The bytes in which the response would have been are missing, or nobody can tell which response it was. */
        RESPONSE_LOST
    }

    Connection connection();

    /** False for a response whose request was lost. True also where what was sent is no HTTP. */
    boolean requestSeen();

    /**
     * Whether servers may have read other requests, or fewer, out of what was sent on this connection before: then the response
     * may belong to another one.
     */
    boolean uncertain();

    /** Capture time of the request's first byte (of the response's, if there is no request), ns since the epoch. */
    long requestNanos();

    /** Whether IMDS may have received another request than the one that was seen: what it says counts for nothing. */
    default boolean requestConflicting() {
        return false;
    }

    /** The same for the response. */
    default boolean responseConflicting() {
        return false;
    }

    /** Whether the connection was closed before the end of the response's body, so that nobody has it whole. */
    default boolean responseCut() {
        return false;
    }

    boolean responseSeen();

    /** Capture time of the segment that completed the response's head, ns since the epoch; 0 if none was seen. */
    long responseNanos();

    /** Body bytes of the response seen or announced: what the size on the wire was, never the content. */
    long responseBodyBytes();

    /** What the next stage keeps for this exchange; null at first. */
    Object attachment();

    void attach(Object attachment);
}
