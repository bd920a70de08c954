package dev.imdsanalyzer.tcp;

/** Takes the byte streams of connections, in order, every byte once; on the capture thread. */
public interface ConnectionHandler {
    /** The first segment of a connection was seen. Comes before everything else about it. */
    void onOpen(Connection connection);

    /**
     * Stream bytes. They start where the bytes consumed so far end: what was not consumed comes again at the front,
     * followed by new bytes.
     *
     * @param buffer owned by the caller; valid only during the call
     * @param length at least 1
     * @param timestampNanos capture time of the segment that brought the newest of these bytes
     * @return how many bytes were used up, 0 to {@code length}; the rest is kept within the connection's budget
     */
    int onBytes(Connection connection, Direction direction, byte[] buffer, int offset, int length, long timestampNanos);

    /**
     * Bytes of the stream that will never come: lost by the network or by the capture, or given up to stay within the
     * budget. Bytes kept back unconsumed before the gap are gone too; what comes next starts after the gap.
     *
     * @param missingBytes how many, without the bytes kept back: 0 where only those were given up; -1 where the
     *     stream was joined after its start and nobody knows
     */
    void onGap(Connection connection, Direction direction, long missingBytes, long timestampNanos);

    /**
     * Bytes of a stream may be others than those that were handed on: another segment with another content in their place
     * was seen, or an urgent byte that may be none, and nobody can tell which one the receiver took.
     *
     * @param back how many of the newest bytes that were presented, consumed or not, are or come behind such bytes; 0 if
     *     it is those that will be presented next
     */
    void onConflict(Connection connection, Direction direction, int back, long timestampNanos);

    /** One side sent FIN and all its bytes were delivered. */
    void onEnd(Connection connection, Direction direction, long timestampNanos);

    /** The last word about a connection; comes exactly once for each opened one. */
    void onClose(Connection connection, CloseReason reason, long timestampNanos);
}
