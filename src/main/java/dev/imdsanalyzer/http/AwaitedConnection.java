package dev.imdsanalyzer.http;

import dev.imdsanalyzer.tcp.Connection;

/** A connection as its exchanges know it, and the requests among them that wait for their response. */
interface AwaitedConnection {
    Connection connection();

    /** Somebody else needs the room of all its requests that wait. */
    void giveUp(long timestampNanos);

    /** Whether responses may have passed unseen. */
    boolean mayLackResponses();
}
