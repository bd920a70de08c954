package dev.imdsanalyzer.http;

/** What the requests that wait ask of the direction that brings requests. */
interface RequestSide {
    /**
     * The request at hand, if a response comes that no other waits for: a server need not wait for the end of a head that it
     * refuses. Null if there is none.
     */
    HttpExchange takeBegun();

    /** Whether a head has begun that is not complete, and is no guess. */
    boolean isHeadUnfinished();

    /** Whether every byte of this direction from the connection's first on was seen. */
    boolean isWhole();

    /** Whether requests behind the newest one in line may be missing. */
    boolean isLost();

    /** How far the client had received the responses when it sent the newest head's first byte; -1 if unknown. */
    long headAcknowledgment();
}
